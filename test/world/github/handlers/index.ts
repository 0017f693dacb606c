import { apps } from "./apps.ts";
import { checks } from "./checks.ts";
import { environments } from "./environments.ts";
import { environmentWrites } from "./environment-writes.ts";
import { gates } from "./gates.ts";
import { issues } from "./issues.ts";
import { meta } from "./meta.ts";
import { people } from "./people.ts";
import { repositories } from "./repositories.ts";
import { runs } from "./runs.ts";
import { secrets } from "./secrets.ts";
import { codeWrites } from "./code-writes.ts";
import { tokens } from "./tokens.ts";
import type { Handler } from "./types.ts";

/** GitHub's operation id → what the simulated GitHub does. */
export const handlers: Readonly<Record<string, Handler>> = {
  ...apps,
  ...checks,
  ...codeWrites,
  ...environments,
  ...environmentWrites,
  ...gates,
  ...issues,
  ...meta,
  ...people,
  ...repositories,
  ...runs,
  ...secrets,
  ...tokens,
};
