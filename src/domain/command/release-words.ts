import { nearest } from "../edit-distance.ts";
import { packageNameProblem } from "../package-name.ts";
import { shown } from "../shown.ts";
import { checkDistTag, readVersion } from "../version.ts";
import type { BadWords, Command } from "./types.ts";

interface Sorted {
  plain: string[];
  tag: string | undefined;
  dryRun: boolean;
}

/** Words after `/release`. */
export function readRelease(words: string[]): Command | BadWords {
  const sorted = sortWords(words);
  if ("sentence" in sorted) return sorted;
  const { plain, tag, dryRun } = sorted;
  const [first, second, surplus] = plain;
  if (first === undefined)
    return { sentence: "Which version? Name it (`/release 1.2.0`), or say `patch`, `minor` or `major`." };
  if (surplus !== undefined) return { sentence: `${shown(surplus)} is one word too many.` };
  const version = readVersion(first);
  if ("sentence" in version) return badFirst(words, first, second, version);
  const problem = second === undefined ? null : packageNameProblem(second);
  if (problem !== null) return { sentence: problem };
  const badTag = tag === undefined ? null : checkDistTag(tag);
  if (badTag !== null) return { sentence: badTag.message };
  const written = "step" in version ? version.step : version.version;
  return { name: "release", version: written, package: second, tag, dryRun };
}

function sortWords(words: string[]): Sorted | BadWords {
  const sorted: Sorted = { plain: [], tag: undefined, dryRun: false };
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const [flag, value] = word.split(/=(.*)/s, 2);
    if (word === "--dry-run") {
      if (sorted.dryRun) return { sentence: "`--dry-run` stands there twice: once is enough." };
      sorted.dryRun = true;
    } else if (flag === "--tag") {
      if (sorted.tag !== undefined) return { sentence: "`--tag` stands there twice: a version gets one dist-tag." };
      const tag = value ?? words[(index += 1)];
      if (tag === undefined || tag === "" || tag.startsWith("-"))
        return { sentence: "`--tag` needs a dist-tag after it, e.g. `--tag next`." };
      sorted.tag = tag;
    } else if (word.startsWith("-")) return unknownOption(words, index, flag ?? word);
    else sorted.plain.push(word);
  }
  return sorted;
}

function unknownOption(words: string[], index: number, flag: string): BadWords {
  if (flag === "--dry-run") return { sentence: "`--dry-run` takes no value.", meant: words.with(index, flag) };
  const meant = flag === "-t" ? "--tag" : nearest(flag, ["--tag", "--dry-run", "--dryrun"]);
  const sentence = `There is no option ${shown(flag)}; there are \`--tag\` and \`--dry-run\`.`;
  if (meant === null) return { sentence };
  const option = meant === "--dryrun" ? "--dry-run" : meant;
  return { sentence, meant: words.with(index, (words[index] ?? "").replace(flag, option)) };
}

/** Version and package in the wrong order, or as npm writes them: `left-pad@1.2.0`. */
function badFirst(
  words: string[],
  first: string,
  second: string | undefined,
  bad: { sentence: string; suggestion?: string },
): BadWords {
  if (second !== undefined && packageNameProblem(first) === null && !("sentence" in readVersion(second)))
    return {
      sentence: "The version comes first, then the package.",
      meant: words.map((word) => (word === first ? second : word === second ? first : word)),
    };
  const at = first.lastIndexOf("@");
  const [name, version] = [first.slice(0, at), first.slice(at + 1)];
  if (second === undefined && at > 0 && packageNameProblem(name) === null && !("sentence" in readVersion(version)))
    return {
      sentence: "The version comes first, then the package, as two words.",
      meant: words.flatMap((word) => (word === first ? [version, name] : [word])),
    };
  const { suggestion } = bad;
  return suggestion === undefined
    ? { sentence: bad.sentence }
    : { sentence: bad.sentence, meant: words.map((word) => (word === first ? suggestion : word)) };
}
