import type { Schema } from "./schema.ts";

/** What GitHub says elsewhere than in its OpenAPI document. */
interface Addition {
  /** Keys from the top of the document down to the schema that is replaced. */
  at: readonly string[];
  /** The schema as the document has it (undefined: it hasn't) → as it should be. */
  change: (schema: Schema | undefined) => Schema;
  source: string;
}

const shared = (schema: string, ...names: string[]): string[] => [
  "components",
  "schemas",
  schema,
  ...names.flatMap((name) => ["properties", name]),
];

export const additions: readonly Addition[] = [
  {
    // Settings → Environments → "Allow administrators to bypass configured protection rules".
    at: shared("environment", "can_admins_bypass"),
    change: () => ({ type: "boolean" }),
    source: "go-github, github/repos_environments.go: read from what GET answers, and sent with PUT",
  },
  {
    at: [
      ...["paths", "/repos/{owner}/{repo}/environments/{environment_name}", "put", "requestBody", "content"],
      ...["application/json", "schema", "properties", "can_admins_bypass"],
    ],
    change: () => ({ type: "boolean" }),
    source: "go-github, github/repos_environments.go (CreateUpdateEnvironment): sent with PUT",
  },
  ...["review-custom-gates-comment-required", "review-custom-gates-state-required"].map((schema) => ({
    at: shared(schema, "comment"),
    change: (comment: Schema | undefined): Schema => ({ ...comment, maxLength: 1024 }),
    source: "github/docs, create-custom-protection-rules.md: a status report has at most 1,024 characters",
  })),
  {
    at: ["paths", "/app/installations", "get", "responses", "200", "content", "application/json", "schema", "items"],
    change: () => ({ $ref: "#/components/schemas/installation" }),
    source:
      "GET /app/installations/{installation_id} of the document itself; the list has a copy of that schema in which " +
      "the account is a user and an enterprise (allOf) instead of one of them",
  },
  {
    at: shared("webhook-workflow-run-in-progress", "workflow_run", "display_title"),
    change: () => ({ type: "string" }),
    source: "the same object in workflow_run.requested and workflow_run.completed of the document itself",
  },
  {
    at: [...shared("webhooks_reviewers"), "items"],
    change: (items) => ({ ...items, ...reviewerOfEitherKind }),
    source: "deployment_review.requested of the document itself: reviewers are users or teams",
  },
  {
    at: [...shared("webhook-deployment-review-requested", "reviewers"), "items"],
    change: (items) => ({ ...items, ...reviewerOfEitherKind }),
    source: "@octokit/webhooks-examples, deployment_review.requested: a team with its own fields",
  },
];

const reviewerOfEitherKind: Schema = {
  properties: {
    type: { type: "string", enum: ["User", "Team"] },
    reviewer: {
      anyOf: [{ $ref: "#/components/schemas/webhooks_user" }, { $ref: "#/components/schemas/webhooks_team" }],
    },
  },
};

/** Applies the additions to the document; throws where the document has changed under one of them. */
export function amend(document: object): void {
  for (const { at, change } of additions) {
    const last = at.at(-1) ?? "";
    const parent = at.slice(0, -1).reduce<Record<string, unknown>>(
      (schema, key) => {
        const inner = schema[key];
        if (typeof inner !== "object" || inner === null) throw new Error(`overlay.ts: there is no ${at.join(".")}.`);
        return inner as Record<string, unknown>;
      },
      document as Record<string, unknown>,
    );
    parent[last] = change(parent[last] as Schema | undefined);
  }
}
