import { nearest } from "../edit-distance.ts";
import { packageNameProblem } from "../package-name.ts";
import { either, shown } from "../shown.ts";
import { checkDistTag, readVersion } from "../version.ts";
import type { BadWords, Command, ReleaseScope } from "./types.ts";

interface Sorted {
  plain: string[];
  scope: ReleaseScope;
  tag: string | undefined;
  dryRun: boolean;
}

/** Words after `/release`. */
export function readRelease(words: string[]): Command | BadWords {
  const sorted = sortWords(words);
  if ("sentence" in sorted) return sorted;
  const { plain, scope, tag, dryRun } = sorted;
  const [first, ...packages] = plain;
  if (first === undefined)
    return { sentence: "Which version? Name it (`/release 1.2.0`), or say `patch`, `minor` or `major`." };
  const version = readVersion(first);
  if ("sentence" in version) return badFirst(words, first, packages[0], version);
  const badPackages = readPackages(words, packages, scope);
  if (badPackages !== null) return badPackages;
  const badTag = tag === undefined ? null : checkDistTag(tag);
  if (badTag !== null) return { sentence: badTag.message };
  const written = "step" in version ? version.step : version.version;
  return { name: "release", version: written, packages, scope, tag, dryRun };
}

function readPackages(words: string[], packages: string[], scope: ReleaseScope): BadWords | null {
  const [first] = packages;
  if (first !== undefined && scope !== "named")
    return {
      sentence: `\`--${scope}\` chooses the packages, and ${shown(first)} is named besides: say one or the other.`,
      meant: words.filter((word) => !packages.includes(word)),
    };
  for (const [index, name] of packages.entries()) {
    const problem = packageNameProblem(name);
    if (problem !== null) return { sentence: problem };
    if (packages.indexOf(name) !== index)
      return {
        sentence: `${shown(name)} is named twice: once is enough.`,
        meant: words.filter((word, at) => word !== name || words.indexOf(word) === at),
      };
  }
  return null;
}

function sortWords(words: string[]): Sorted | BadWords {
  const sorted: Sorted = { plain: [], scope: "named", tag: undefined, dryRun: false };
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const [flag, value] = word.split(/=(.*)/s, 2);
    if (word === "--dry-run") {
      if (sorted.dryRun) return { sentence: "`--dry-run` stands there twice: once is enough." };
      sorted.dryRun = true;
    } else if (word === "--all" || word === "--changed") {
      if (sorted.scope !== "named") return twoScopes(words, sorted.scope, word);
      sorted.scope = word === "--all" ? "all" : "changed";
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

function twoScopes(words: string[], before: ReleaseScope, word: string): BadWords {
  if (`--${before}` !== word)
    return { sentence: "`--all` and `--changed` choose the packages in two ways: say one of them." };
  return {
    sentence: `\`${word}\` stands there twice: once is enough.`,
    meant: words.filter((one, index) => one !== word || words.indexOf(one) === index),
  };
}

const options = ["--tag", "--dry-run", "--all", "--changed"];

function unknownOption(words: string[], index: number, flag: string): BadWords {
  if (options.includes(flag)) return { sentence: `\`${flag}\` takes no value.`, meant: words.with(index, flag) };
  const meant = flag === "-t" ? "--tag" : flag === "-a" ? "--all" : nearest(flag, [...options, "--dryrun"]);
  const sentence = `There is no option ${shown(flag)}; there are ${either(options, "and")}.`;
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
