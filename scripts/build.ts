import { ensureAssets } from "./build-assets.ts";
import { ensureGenerated } from "./generate.ts";

/** `npm run build`: makes what the server needs and what isn't committed, the database client and the pages' files. */
ensureGenerated();
await ensureAssets();
