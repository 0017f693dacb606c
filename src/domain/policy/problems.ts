import type { z } from "zod";
import { nearest } from "../edit-distance.ts";
import { either, shown } from "../shown.ts";
import type { YamlPath } from "../yaml.ts";
import { doctorKeys } from "./doctor.ts";
import { defaultKeys, packageKeys } from "./schema.ts";

/** A fault in the content, before it is known where it stands. */
export interface Found {
  path: YamlPath;
  of: "key" | "value";
  text: string;
}

/** What zod found, as faults with a sentence each. */
export function issueProblems(issue: z.core.$ZodIssue): Found[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: [...path, key], of: "key", text: unknownKey(key, path) }));
  if (["invalid_type", "invalid_value"].includes(issue.code) && issue.input === undefined && path.length > 0) {
    const key = String(path.at(-1));
    return [{ path, of: "key", text: `\`${key}\` is missing: ${missing[key] ?? issue.message}` }];
  }
  return [{ path, of: "value", text: issue.message }];
}

const missing: Record<string, string> = {
  version: "add `version: 1`.",
  packages: "add a list of packages, each beginning with `- name: …`.",
  name: "add the package's name, as in its `package.json`.",
  releasers: "name who may release, here or in `defaults`.",
  approvals: "say how many people have to approve (`approvals: 1`), here or in `defaults`.",
  approvers: "name who may approve and reject stages from here.",
  rule: "name the rule that is waived.",
  by: "write the login of whoever answers for it.",
  reason: "say why as a sentence of 10 to 200 characters.",
  until: "write the last day that it holds, like `2027-01-31`.",
};

function knownKeys(path: YamlPath): readonly string[] {
  if (path.length === 0) return ["version", "defaults", "packages", "warnings", "doctor"];
  if (path.at(-1) === "levels") return doctorKeys.levels;
  if (path[0] === "doctor") return path[1] === "waivers" ? doctorKeys.waivers : doctorKeys.doctor;
  if (path[0] === "defaults" && path[1] === "doctor") return ["levels"];
  if (path[0] === "warnings") return ["hour", "zone", "to"];
  if (path.at(-1) === "token") return ["maxDays", "keep", "bypass2fa"];
  if (path.at(-1) === "localPublishing") return ["by", "reason", "until", "publishers"];
  if (path.at(-1) === "approvals") return ["count", "from", "self"];
  if (path.at(-1) === "stageApproval") return ["environment", "workflow", "secret", "approvers", "self"];
  return path[0] === "defaults" ? defaultKeys : packageKeys;
}

function unknownKey(key: string, path: YamlPath): string {
  if (path[0] === "defaults" && key === "name") return "a package's name stands in `packages`, not in `defaults`.";
  if (path[0] === "defaults" && path[1] === "doctor" && key === "waivers")
    return "waivers stand in the policy of the repository that needs them, below `doctor` at the top.";
  const known = knownKeys(path);
  const ofRules = path.at(-1) === "levels";
  const meant = nearest(ofRules ? key : key.replaceAll(/[-_]/g, ""), known);
  if (meant === null && ofRules) return `there is no rule ${shown(key)}. docs/rules/ has the list of all.`;
  const hint = meant === null ? `Known keys are ${either(known, "and")}.` : `Did you mean \`${meant}\`?`;
  return `there is no key ${shown(key)} here. ${hint}`;
}
