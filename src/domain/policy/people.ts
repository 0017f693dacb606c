import { z } from "zod";
import type { Principal } from "../policy-types.ts";
import { shown } from "../shown.ts";

/**
 * GitHub's rule for logins and organisations: letters, digits and single dashes inside, 39 characters; accounts that an enterprise
 * manages end in an underscore and a short code (GitHub docs, "Username considerations for external authentication").
 */
const login = /^(?=.{1,39}$)[a-z\d]+(?:-[a-z\d]+)*(?:_[a-z\d]+)?$/i;
const slug = /^[a-z\d][\w-]{0,99}$/i;

/** A login (`alice`) or a team (`@org/team`) as the policy writes it; otherwise a sentence that says what to write. */
export function readPrincipal(text: string): Principal | string {
  const [org, team, more] = text.replace(/^@/, "").split("/");
  if (org !== undefined && team !== undefined && more === undefined && login.test(org) && slug.test(team))
    return text.startsWith("@")
      ? { kind: "team", org, slug: team }
      : `${shown(text)} lacks its @: write the team as \`"@${org}/${team}"\`, in quotes.`;
  if (login.test(text)) return { kind: "person", login: text };
  if (/\[bot\]$/i.test(text)) return `${shown(text)} is an app, and only people release and approve: name a person.`;
  if (text.startsWith("@") && login.test(text.slice(1)))
    return `${shown(text)} is a login with an @: write \`${text.slice(1)}\` (a team is written \`"@org/team"\`).`;
  if (text.includes("@") && text.includes("."))
    return `${shown(text)} looks like an e-mail address: write the GitHub login instead.`;
  return `${shown(text)} is neither a GitHub login (\`alice\`) nor a team (\`"@org/team"\`).`;
}

const principal = z
  .string('write a login (`alice`) or a team (`"@org/team"`); put a login of digits only in quotes.')
  .meta({ description: "A login (alice) or a team (@org/team).", pattern: "^(@[\\w-]+/)?[\\w-]+$" })
  .transform((text, context): Principal => {
    const read = readPrincipal(text);
    if (typeof read !== "string") return read;
    context.addIssue({ code: "custom", message: read });
    return z.NEVER;
  });

/** One key for one principal: GitHub compares names without regard to case. */
export function principalKey(principal: Principal): string {
  return (principal.kind === "person" ? principal.login : `@${principal.org}/${principal.slug}`).toLowerCase();
}

/** A list of logins and teams, each named once. */
export const people = z
  .array(principal, 'write a list, one login (`- alice`) or team (`- "@org/team"`) a line.')
  .min(1, "name at least one person or team.")
  .max(100, "name at most 100 people and teams; a team of GitHub's holds more.")
  .superRefine((list, context) => {
    const seen = new Set<string>();
    list.forEach((one, index) => {
      const key = principalKey(one);
      if (seen.has(key))
        context.addIssue({ code: "custom", path: [index], message: `${shown(key)} is named twice: name each once.` });
      seen.add(key);
    });
  });
