import type { Command } from "../call.ts";
import { sealHelp, sealInto, sealOptions } from "../seal.ts";
import { sessionFor } from "../session.ts";
import { chooseTargets } from "../targets.ts";

export const tokenAdd: Command = {
  name: "token add",
  usage: "[--package NAME]… [--repository OWNER/NAME]… [--all] [--stages]",
  what: "Seal an npm token on this machine, for one environment or several.",
  help: {
    "--package NAME": "for this package; may be given more than once",
    "--repository OWNER/NAME": "for all your packages of this repository; may be given more than once",
    "--all": "for every environment that takes your token",
    "--stages": "to approve and reject staged versions (`stageApproval`), not to publish",
    ...sealHelp,
  },
  options: {
    package: { type: "string", multiple: true },
    repository: { type: "string", multiple: true },
    all: { type: "boolean" },
    stages: { type: "boolean" },
    ...sealOptions,
  },
  words: 0,
  async run(call) {
    const session = sessionFor(call);
    const targets = await chooseTargets(call, await session.api.places());
    await sealInto(call, session, targets, await session.api.tokens());
  },
};
