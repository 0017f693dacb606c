import { shown } from "./shown.ts";

/** npm refuses these for what they would clash with (package `validate-npm-package-name`). */
const reserved = ["node_modules", "favicon.ico"];

/**
 * Why npm wouldn't take a package name, as a sentence; null where it would. These are npm's rules for names that exist (package
 * `validate-npm-package-name`), so capitals pass: there are packages from before they were forbidden.
 */
export function packageNameProblem(name: string): string | null {
  if (name === "") return "The package's name is empty.";
  if (name.length > 214) return "A package's name has at most 214 characters.";
  if (reserved.includes(name.toLowerCase())) return `${shown(name)} is a name that npm keeps for itself.`;
  if (name.startsWith("@") && !name.includes("/"))
    return `${shown(name)} is only a scope: a scoped name is written \`@scope/name\`.`;
  if (!name.startsWith("@") && name.includes("/"))
    return `${shown(name)} has a slash but no scope: a scoped name is written \`@scope/name\`.`;
  if (!/^(?:@[\w~-][\w.~-]*\/[\w~-][\w.~-]*|[a-z\d~][\w.~-]*)$/i.test(name))
    return `${shown(name)} is not a name that npm takes: letters, digits, \`-\`, \`_\` and \`.\`, starting with a letter or digit.`;
  return null;
}
