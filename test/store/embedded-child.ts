// An app of its own for the tests of the embedded server: opens it, says so, and waits to be ended.
import { quiet } from "../../src/store/log.ts";
import { openEmbedded } from "../../src/store/embedded.ts";

const database = await openEmbedded(process.argv[2]!, quiet).catch((error: Error) => {
  console.log(JSON.stringify({ refused: error.message }));
  process.exit(1);
});
console.log(JSON.stringify({ url: database.url }));
process.stdin.resume();
process.stdin.on("end", () => void database.close().then(() => process.exit(0)));
