import { gitHubUrl, origin } from "../settings/values.ts";

/** Where the app's credentials are kept. `show`: nowhere here; the operator takes them to a place of their own. */
export type Keep = "data" | "env" | "show";

/** What the operator said. */
export interface Answers {
  publicUrl: string;
  githubUrl: string;
  /** Login of the organisation that will own the app; null: whoever registers it. */
  organisation: string | null;
  keep: Keep;
}

/** The form as it was filled in. */
export interface Draft {
  publicUrl: string;
  githubUrl: string;
  owner: "organisation" | "person";
  organisation: string;
  keep: Keep;
}

export type Read = { ok: true; answers: Answers } | { ok: false; problems: Partial<Record<keyof Draft, string>> };

/** What the form sent; anything that isn't there is empty or the first choice. */
export function draftOf(form: URLSearchParams): Draft {
  const keep = form.get("keep");
  return {
    publicUrl: (form.get("publicUrl") ?? "").trim().replace(/\/+$/, ""),
    githubUrl: (form.get("githubUrl") ?? "").trim().replace(/\/+$/, ""),
    owner: form.get("owner") === "person" ? "person" : "organisation",
    organisation: (form.get("organisation") ?? "").trim().replace(/^@/, ""),
    keep: keep === "env" || keep === "show" ? keep : "data",
  };
}

/** Checks a form by the rules of the settings of the same names; each problem is a sentence for its field. */
export function readDraft(draft: Draft): Read {
  const problems: Partial<Record<keyof Draft, string>> = {};
  const into = (field: keyof Draft, name: string, words: string) => (sentence: string) =>
    void (problems[field] ??= sentence.replace(name, words));
  const publicUrl = origin({ PUBLIC_URL: draft.publicUrl }, "PUBLIC_URL", "", into("publicUrl", "PUBLIC_URL", "This"));
  if (draft.publicUrl === "") problems.publicUrl = "Give the address under which people and GitHub reach this server.";
  const githubUrl = gitHubUrl({ GITHUB_URL: draft.githubUrl }, into("githubUrl", "GITHUB_URL", "This"));
  const organisation = draft.owner === "person" ? null : draft.organisation;
  // GitHub's own form says so of names: letters, digits and single hyphens inside, 39 at most.
  if (organisation !== null && !/^(?!-)(?!.*--)[a-z\d-]{1,39}(?<!-)$/i.test(organisation))
    problems.organisation = "Give the organisation's name as it stands in its address on GitHub, like `acme`.";
  if (Object.keys(problems).length > 0) return { ok: false, problems };
  return { ok: true, answers: { publicUrl, githubUrl, organisation, keep: draft.keep } };
}
