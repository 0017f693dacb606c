import type { Comment, Issue } from "./entities.ts";
import { comment, issue } from "./issues.ts";
import { around, webhook, type Scene, type Webhook } from "./scene.ts";

/** `bodyFrom`: the text before an edit. */
export function issueComment(
  scene: Scene,
  change: { action: "created" | "deleted" } | { action: "edited"; bodyFrom: string },
  on: Issue,
  it: Comment,
): Webhook {
  return webhook("issue_comment", change.action, {
    ...(change.action === "edited" ? { changes: { body: { from: change.bodyFrom } } } : {}),
    issue: issue(scene.site, scene.repository, on),
    comment: comment(scene.site, scene.repository, on, it),
    ...around(scene),
  });
}

export function issues(scene: Scene, action: "opened" | "closed" | "reopened", it: Issue): Webhook {
  return webhook("issues", action, { issue: issue(scene.site, scene.repository, it), ...around(scene) });
}
