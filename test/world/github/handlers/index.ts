import { actions } from "./actions.ts";
import { apps } from "./apps.ts";
import { environments } from "./environments.ts";
import { repositories } from "./repositories.ts";
import type { Handler } from "./types.ts";

/** GitHub's operation id → what the simulated GitHub does. */
export const handlers: Readonly<Record<string, Handler>> = { ...apps, ...repositories, ...environments, ...actions };
