import type { Schema } from "./schema.ts";

/** What GitHub says elsewhere than in its OpenAPI document: added to the named schema's property, with where it is said. */
interface Addition {
  schema: string;
  property: string;
  value: Schema;
  source: string;
}

export const additions: readonly Addition[] = [
  {
    // Settings → Environments → "Allow administrators to bypass configured protection rules".
    schema: "environment",
    property: "can_admins_bypass",
    value: { type: "boolean" },
    source:
      "go-github, github/repos_environments.go (sends and reads it) and the REST examples in github/docs, " +
      "content/rest/deployments/environments: GET answers with it, the schema leaves it out",
  },
  {
    schema: "review-custom-gates-comment-required",
    property: "comment",
    value: { type: "string", maxLength: 1024 },
    source: "github/docs, create-custom-protection-rules.md: a status report has at most 1,024 characters",
  },
  {
    schema: "review-custom-gates-state-required",
    property: "comment",
    value: { type: "string", maxLength: 1024 },
    source: "as above",
  },
];
