import { sightingsPath } from "../desk/out-of-band/tell.ts";
import { code, markdown, plain } from "../domain/markdown.ts";
import type { Sighting, Watch } from "../domain/out-of-band/types.ts";
import type { IssueWords } from "./warning-words.ts";

/** A package whose versions, or dist-tags, nobody here answers for yet, as its issue tells of it. */
export interface AlarmView {
  watch: Pick<Watch, "repositoryId" | "package" | "registry" | "policy">;
  /** Odd and not acknowledged, newest first. */
  open: Sighting[];
  publicUrl: string;
}

/** How many are written out; the page has all of them. */
const mostShown = 20;
const mostMentioned = 20;

/** By this line we know our issue again. It is the last of the body. A scope's `@` calls nobody, even where nobody sees it. */
export function alarmMarker({ repositoryId, package: name }: AlarmView["watch"]): string {
  return `<!-- countersign out-of-band ${repositoryId} ${encodeURIComponent(name)} -->`;
}

/** The issue while something isn't acknowledged: what, how odd, and what to do now. */
export function alarmIssue({ watch, open, publicUrl }: AlarmView): IssueWords {
  const shown = open.slice(0, mostShown);
  const page = publicUrl + sightingsPath(watch.repositoryId);
  const lines = [
    `${code(watch.package)} changed at its registry, and no release of this repository did it.`,
    "",
    "| Version | What happened | npm user | When (UTC) |",
    "| --- | --- | --- | --- |",
    ...shown.map(row),
    ...(open.length > shown.length ? ["", `And ${open.length - shown.length} more: [all of them](${page}).`] : []),
    "",
    "**What is odd**",
    ...shown.flatMap(oddWords),
    "",
    `**Was it one of you?** Somebody who may release the package, or an admin, says ${code(expectedCommand(shown[0]))} here, or so [on the page](${page}). Nothing at the registry is changed by that. Where you publish by hand for a while, say so in the policy: \`localPublishing\`.`,
    "",
    "**If it was none of you,** somebody else can publish this package. Now, in this order:",
    "",
    "1. Say `/panic` with a reason: everything of Countersign stops, and no secret stays in an environment. For admins.",
    "2. Take the access away: on npm's site look at the package's maintainers and trusted publishers, and each maintainer at their tokens and sessions.",
    "3. Keep people from installing it:",
    "",
    "```sh",
    ...accessCommands(watch),
    ...shown.flatMap((one) => commands(watch, one)),
    "```",
    "",
    "npm lets a version be unpublished within 72 hours; after that, or where others depend on it, ask npm's support. Then say to your users what happened, for example in a security advisory of this repository.",
    "",
    "This issue is kept up to date, and closed when each of these versions is acknowledged.",
    "",
    alarmMarker(watch),
  ];
  return { title: titleOf(watch), body: lines.join("\n") };
}

/** The issue when each was acknowledged. */
export function quietIssue({ watch }: AlarmView): IssueWords {
  const body = [
    `Everything that happened to ${code(watch.package)} without a release was acknowledged. This issue is opened again when something else does.`,
    "",
    alarmMarker(watch),
  ];
  return { title: titleOf(watch), body: body.join("\n") };
}

/** The same with the one mention that calls people: an edit notifies nobody. */
export function withCalls({ watch }: AlarmView, body: string): string {
  const { releasers, approvers } = watch.policy;
  const names = [...new Set([...releasers, ...approvers])].slice(0, mostMentioned);
  return `${names.map((name) => (name.startsWith("@") ? name : `@${name}`)).join(" ")}: ${body}`;
}

/** By this line we know that something was said in the issue. */
export function toldMarker({ id }: Sighting): string {
  return `<!-- countersign sighting ${id} -->`;
}

/** Something more in an issue that is there already: a comment, since an edit notifies nobody. */
export function alarmComment(sighting: Sighting): string {
  const { package: name, version } = sighting;
  const what = `${code(`${name}@${version}`)} ${plain(happened(sighting))} without a release.`;
  const odd = sighting.oddities.map(({ text }) => `- ${markdown(text)}`);
  const next = `If it was one of you, say ${code(expectedCommand(sighting))}; if not, do what stands above.`;
  return [what, "", ...odd, ...(odd.length > 0 ? [""] : []), next, "", toldMarker(sighting)].join("\n");
}

function titleOf({ package: name }: AlarmView["watch"]): string {
  return `${name} changed at the registry without a release`;
}

function row(sighting: Sighting): string {
  const { version, facts, seenAt } = sighting;
  const at = (facts.publishedAt ?? seenAt.toISOString()).slice(0, 16).replace("T", " ");
  const by = facts.publisher === null ? "not told" : code(facts.publisher, "cell");
  return `| ${code(version, "cell")} | ${plain(happened(sighting))} | ${by} | ${plain(at)} |`;
}

function happened({ what, facts }: Sighting): string {
  if (what === "published") return facts.tags.length === 0 ? "published" : `published as ${facts.tags.join(", ")}`;
  return what === "unpublished" ? "taken from the registry" : `given the dist-tag ${facts.tags[0] ?? ""}`;
}

function oddWords({ version, oddities }: Sighting): string[] {
  const lines =
    oddities.length === 0
      ? ["- Nothing but that no release published it."]
      : oddities.map(({ text }) => `- ${markdown(text)}`);
  return ["", code(version), "", ...lines];
}

function expectedCommand(sighting: Sighting | undefined): string {
  return `/expected ${sighting?.version ?? "<version>"}${sighting === undefined ? "" : ` ${sighting.package}`}`;
}

function accessCommands({ package: name, registry }: AlarmView["watch"]): string[] {
  const at = registry === null ? "" : ` --registry=${registry}`;
  return [`npm owner ls '${name}'${at}`, `npm token list${at}`];
}

/** Versions and names are of a form that means nothing to a shell. */
function commands({ registry }: AlarmView["watch"], { package: name, version, what, facts }: Sighting): string[] {
  const at = registry === null ? "" : ` --registry=${registry}`;
  const back = what === "tag-moved" ? facts.from : facts.tags.includes("latest") ? facts.before?.version : null;
  const latest = back ? [`npm dist-tag add '${name}@${back}' latest${at}`] : [];
  if (what !== "published") return latest;
  return [
    ...latest,
    `npm deprecate '${name}@${version}' 'Not published by its maintainers: do not install it.'${at}`,
    `npm unpublish '${name}@${version}'${at}`,
  ];
}
