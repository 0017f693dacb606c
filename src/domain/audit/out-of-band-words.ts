import { meaning, text, value, who, withWords } from "./detail.ts";
import type { Told, Words } from "./detail.ts";

/** What happened at the registry without a release, and who said that it was one of them. */
export const outOfBandWords: Readonly<Record<string, Words>> = {
  "out-of-band.noticed": (event) =>
    `Without a release ${named(event)} ${happened(event)}${by(event)}${odd(event)}: people are called.`,
  "out-of-band.expected": (event) =>
    `Without a release ${named(event)} ${happened(event)}${by(event)}${withWords(event, "why", ", as was to be expected: ")}.`,
  "out-of-band.acknowledged": (event) => `${who(event)} said that ${named(event)} was one of them.`,
  "out-of-band.issue-refused": (event) =>
    `GitHub took no issue about versions of ${value(event, "package")} without a release${withWords(event, "code", " (", ")")}; channels and the repository's page tell.`,
};

function named(event: Told): string {
  return `\`${text(event, "package")}@${text(event, "version")}\``;
}

function happened(event: Told): string {
  const said = meaning(event, "what", {
    published: "was published",
    "tag-moved": "was given a dist-tag",
    unpublished: "was taken from the registry",
  });
  return said === "" ? "changed" : said;
}

function by(event: Told): string {
  return text(event, "what") === "published" ? withWords(event, "publisher", " by the npm user ") : "";
}

function odd(event: Told): string {
  const { oddities } = event.detail;
  const codes = Array.isArray(oddities) ? oddities.filter((one) => typeof one === "string") : [];
  return codes.length === 0 ? "" : ` (${codes.map((code) => `\`${code.slice(0, 40)}\``).join(", ")})`;
}
