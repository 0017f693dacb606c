import semver from "semver";
import type { Finding, Unchecked } from "../report.ts";
import type { RuleId } from "../rules.ts";
import { shellWord } from "../shell-word.ts";

/** A version as the registry tells of it to everybody. */
export interface VersionFacts {
  version: string;
  /** Published by npm's trusted publishing, without a token. */
  trusted: boolean;
  /** Its origin is attested (provenance). */
  attested: boolean;
}

export interface PackageFacts {
  name: string;
  /** null: the registry doesn't know the package. */
  published: {
    /** npm users who may publish it; null: the registry doesn't tell. */
    maintainers: string[] | null;
    tags: Record<string, string>;
    versions: string[];
    /** The last ones, newest first. */
    last: VersionFacts[];
  } | null;
  /** The policy's releasers with the npm user of their sealed token; null: they have none. */
  releasers: Array<{ login: string; npmUser: string | null }>;
  /** Releasers that are teams, whose members the policy doesn't tell. */
  teams: string[];
  /** Whether releases need the releasers' own tokens. */
  byToken: boolean;
  /** Where npm shows who may publish, and how; null: another registry. */
  settingsUrl: string | null;
}

/** The rules about one package, as the registry shows it to everybody. Pure. */
export function checkPackage(facts: PackageFacts): { findings: Finding[]; unchecked: Unchecked[] } {
  const settings: Unchecked = {
    rule: "publisher",
    why: `How \`${facts.name}\` may be published (with tokens or not, with a second factor or not) the registry shows only to its maintainers: look at ${facts.settingsUrl ?? "its settings there"}.`,
  };
  if (facts.published === null)
    return {
      findings: [
        finding(
          facts,
          "package-exists",
          `The registry doesn't know \`${facts.name}\` yet.`,
          "Publish its first version by hand, or with a token that isn't limited to one package.",
        ),
      ],
      unchecked: [settings],
    };
  const { findings, unchecked } = checkMaintainers(facts, facts.published.maintainers);
  return {
    findings: [
      ...findings,
      ...checkPublisher(facts, facts.published.last),
      ...checkTags(facts, facts.published.tags, facts.published.versions),
    ],
    unchecked: [...unchecked, settings],
  };
}

function finding(facts: PackageFacts, rule: RuleId, text: string, mend: string, command?: string): Finding {
  const how = { text: mend, ...(command === undefined ? {} : { command }) };
  return { rule, where: null, subject: facts.name, text, mend: how };
}

/** npm compares user names as they are written; they are all in small letters since 2014. */
function checkMaintainers(
  facts: PackageFacts,
  maintainers: string[] | null,
): { findings: Finding[]; unchecked: Unchecked[] } {
  if (!facts.byToken) return { findings: [], unchecked: [] };
  const none = (why: string): Unchecked => ({ rule: "maintainers", why });
  if (maintainers === null)
    return { findings: [], unchecked: [none(`The registry doesn't tell who maintains \`${facts.name}\`.`)] };
  const may = new Set(maintainers);
  const lacking = facts.releasers.filter(({ npmUser }) => npmUser !== null && !may.has(npmUser));
  const findings = lacking.map(({ login, npmUser }) =>
    finding(
      facts,
      "maintainers",
      `${login} releases \`${facts.name}\` as the npm user \`${npmUser ?? ""}\`, who isn't among its maintainers.`,
      "Add that user at npm, or have the token sealed anew under the right one.",
      `npm owner add ${shellWord(npmUser ?? "")} ${shellWord(facts.name)}`,
    ),
  );
  const unknown = [
    ...facts.releasers.filter(({ npmUser }) => npmUser === null).map(({ login }) => login),
    ...facts.teams,
  ];
  if (unknown.length > 0) {
    const why = `Whether others than the releasers maintain \`${facts.name}\` can't be told: the npm user of ${unknown.join(", ")} isn't known before a token is sealed.`;
    return { findings, unchecked: [none(why)] };
  }
  const known = new Set(facts.releasers.map(({ npmUser }) => npmUser));
  const surplus = maintainers.filter((one) => !known.has(one));
  if (surplus.length > 0) findings.push(surplusMaintainers(facts, surplus));
  return { findings, unchecked: [] };
}

function surplusMaintainers(facts: PackageFacts, surplus: string[]): Finding {
  const names = surplus.map((one) => `\`${one}\``).join(", ");
  return finding(
    facts,
    "maintainers",
    `At npm ${names} can publish \`${facts.name}\` too, past all that is asked for here.`,
    "Take them off at npm, or name them as releasers and have their tokens sealed.",
    surplus.map((one) => `npm owner rm ${shellWord(one)} ${shellWord(facts.name)}`).join("\n"),
  );
}

/** The newest version against those before it: a way that is safer than a token's isn't left without somebody's meaning it. */
function checkPublisher(facts: PackageFacts, [newest, ...before]: VersionFacts[]): Finding[] {
  if (newest === undefined) return [];
  const mend = "Find out who published it; where that was you, the next version that is published as before ends this.";
  const lost = (was: VersionFacts | undefined, what: string): Finding[] =>
    was === undefined
      ? []
      : [
          finding(
            facts,
            "publisher",
            `\`${newest.version}\` of \`${facts.name}\` ${what}; \`${was.version}\` before it was.`,
            mend,
          ),
        ];
  return [
    ...(newest.trusted
      ? []
      : lost(
          before.find((one) => one.trusted),
          "wasn't published by trusted publishing",
        )),
    ...(newest.attested
      ? []
      : lost(
          before.find((one) => one.attested),
          "wasn't published with provenance",
        )),
  ];
}

function checkTags(facts: PackageFacts, tags: Record<string, string>, versions: string[]): Finding[] {
  const stable = versions.filter((one) => semver.valid(one) !== null && semver.prerelease(one) === null);
  const highest = stable.toSorted(semver.rcompare)[0];
  const latest = Object.hasOwn(tags, "latest") ? tags["latest"] : undefined;
  if (highest === undefined || latest === highest) return [];
  const command = `npm dist-tag add ${shellWord(`${facts.name}@${highest}`)} latest`;
  const is = latest === undefined ? "there is no `latest`" : `\`latest\` is \`${latest}\``;
  return [
    finding(
      facts,
      "dist-tags",
      `The newest stable version of \`${facts.name}\` is \`${highest}\`, but ${is}.`,
      "Point `latest` at it, unless the older one is meant.",
      command,
    ),
  ];
}
