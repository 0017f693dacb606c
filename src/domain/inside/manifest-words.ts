import type { Weight } from "./points.ts";
import type { ManifestChange } from "./types.ts";

interface Words {
  weight: Weight;
  code: string;
  sentence: string;
  about: string[];
}

/** Where people's machines get what they install. */
const dependencies = ["dependencies", "optionalDependencies", "peerDependencies"];
/** What else is installed or run, and from where. */
const entries = ["main", "module", "browser", "exports", "imports", "type", "types", "typings"];

/** What of package.json's changes is worth a sentence. `fresh`: there is no version before, so everything is new. */
export function differs(changes: readonly ManifestChange[], fresh: boolean): Words[] {
  const found: Words[] = [];
  const say = (
    weight: Weight,
    code: string,
    sentence: string,
    which: (change: ManifestChange) => boolean,
    words: (change: ManifestChange) => string = valueWords,
  ): void => {
    const about = changes.filter(which).map(words);
    if (about.length > 0) found.push({ weight, code, sentence, about });
  };
  const isDependency = ({ at }: ManifestChange): boolean => at.length === 2 && dependencies.includes(at[0] ?? "");
  const under =
    (...names: string[]) =>
    ({ at }: ManifestChange): boolean =>
      names.includes(at[0] ?? "");
  say(
    "danger",
    "dependency-elsewhere",
    "Dependencies come from somewhere else than a registry: nobody can say what is installed.",
    (change) => isDependency(change) && isElsewhere(change.now ?? ""),
    dependencyWords,
  );
  say(
    fresh ? "note" : "look",
    "dependency-new",
    fresh ? "It depends on other packages." : "New dependencies.",
    (change) => isDependency(change) && change.was === null && !isElsewhere(change.now ?? ""),
    dependencyWords,
  );
  if (fresh) {
    say("look", "bin", "It brings commands.", under("bin"), valueWords);
    return found;
  }
  say(
    "look",
    "dependency-changed",
    "Dependencies have other ranges.",
    (change) => isDependency(change) && change.was !== null && change.now !== null && !isElsewhere(change.now),
    dependencyWords,
  );
  say("look", "bin", "The package's commands have changed.", under("bin"));
  say(
    "look",
    "entry",
    "What is loaded has changed: an import of the package may run something else.",
    under(...entries),
  );
  say("look", "bundled", "Packages that come along have changed.", under("bundledDependencies", "bundleDependencies"));
  say("look", "engines", "Where it runs has changed.", under("engines", "os", "cpu", "libc"));
  say(
    "look",
    "repository",
    "Where it says it comes from has changed.",
    under("repository", "homepage", "bugs", "author", "maintainers"),
  );
  say("look", "publish", "How it is published has changed.", under("publishConfig", "name", "private", "license"));
  say(
    "note",
    "dependency-gone",
    "Dependencies are gone.",
    (change) => isDependency(change) && change.now === null,
    dependencyWords,
  );
  return found;
}

/** A range that isn't one of a registry's versions: an address, a path, a repository (npm's own word for it, package `npm-package-arg`). */
function isElsewhere(range: string): boolean {
  return /^(?:git|git\+\w+|https?|file|github|gitlab|bitbucket|gist):|^(?:\.{0,2}|~)\/|^[\w.-]+\/[\w.-]+(?:#|$)/i.test(
    range.trim(),
  );
}

function dependencyWords({ at, was, now }: ManifestChange): string {
  const [kind, name] = at;
  const place = kind === "dependencies" ? "" : kind === "peerDependencies" ? " (peer)" : " (optional)";
  if (was === null) return `${name} ${now}${place}`;
  return now === null ? `${name} ${was}${place}` : `${name} ${was} → ${now}${place}`;
}

function valueWords({ at, was, now }: ManifestChange): string {
  const name = at.join(" › ");
  if (was === null) return `${name}: ${now}`;
  return now === null ? `${name}: ${was} → none` : `${name}: ${was} → ${now}`;
}
