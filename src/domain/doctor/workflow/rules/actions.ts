import { shown } from "../../../shown.ts";
import { own, isTable } from "../../../workflow/unfit.ts";
import type { Finding } from "../../report.ts";
import { capital, finding, jobSaid } from "../look.ts";
import type { Check } from "../look.ts";
import { input, inputText, lineOf } from "../model.ts";
import type { Job, Step, Workflow } from "../model.ts";
import { addToTable, diffOf } from "../patch.ts";

/** Actions and called workflows are pinned to a full commit. */
export const pinnedActions: Check = ({ workflow }) =>
  workflow.jobs.flatMap((job) => [
    ...(job.calls === null ? [] : unpinned(workflow, job.calls, [...job.path, "uses"])),
    ...job.steps.flatMap((step) => (step.uses === null ? [] : unpinned(workflow, step.uses, [...step.path, "uses"]))),
  ]);

function unpinned(workflow: Workflow, uses: string, path: readonly (string | number)[]): Finding[] {
  // What is in the repository itself is of the commit that runs.
  if (uses.startsWith("./") || uses.startsWith("$/")) return [];
  const line = (): number => lineOf(workflow, path);
  if (uses.startsWith("docker://")) {
    if (/@sha256:[0-9a-f]{64}$/i.test(uses)) return [];
    const text = `${shown(uses, 80)} names an image by a tag, which can be moved.`;
    const mend = { text: "Name it by its digest: `docker://<image>@sha256:<64 digits>`." };
    return [finding(workflow, "pinned-actions", line(), text, mend)];
  }
  if (/@[0-9a-f]{40}$/i.test(uses)) return [];
  const [target = "", ref = ""] = uses.split("@");
  const text =
    ref === ""
      ? `${shown(uses, 80)} names no commit.`
      : `${shown(uses, 80)} names a tag or a branch, which can be moved.`;
  const repository = target.split("/").slice(0, 2).join("/");
  const plain = /^[\w.-]+\/[\w.-]+$/.test(repository) && /^[\w][\w./-]*$/.test(ref);
  const command = plain ? { command: `gh api repos/${repository}/commits/${ref} --jq .sha` } : {};
  return [finding(workflow, "pinned-actions", line(), text, command)];
}

/** The checkout leaves no credentials behind. A job of its own that pushes with them is meant to have them. */
export const persistCredentials: Check = ({ workflow, job: publishing }) =>
  workflow.jobs.flatMap((job) =>
    job.steps
      .filter((step) => step.action === "checkout" && keeps(step))
      .filter((step) => job === publishing || !pushesAfter(job, step))
      .map((step) => {
        const path = [...step.path, "uses"];
        const given = input(step, "persist-credentials");
        const text =
          given === null
            ? `The checkout in ${jobSaid(job)} leaves GITHUB_TOKEN on the disk.`
            : `The checkout in ${jobSaid(job)} is told to leave GITHUB_TOKEN on the disk.`;
        const line = given === null ? lineOf(workflow, path) : lineOf(workflow, [...step.path, "with", given.key]);
        const edits = given === null ? addToTable(workflow, step, "with", "persist-credentials: false", "uses") : null;
        const diff = diffOf(
          workflow,
          edits,
          (after) => valueAt(after, [...step.path, "with", "persist-credentials"]) === false,
        );
        return finding(workflow, "persist-credentials", line, text, diff);
      }),
  );

/** The action keeps them unless it is told otherwise; an expression can't be told from here. */
function keeps(step: Step): boolean {
  const given = inputText(step, "persist-credentials");
  return given === null || given === "" || given.toLowerCase() === "true";
}

function pushesAfter(job: Job, checkout: Step): boolean {
  return job.steps.slice(job.steps.indexOf(checkout) + 1).some(({ action, acts }) => {
    const acting = action === "pushes" || action === "releases" || action === "changesets" || action === "publishes";
    return acting || acts.some(({ deed }) => deed === "push" || deed === "tag");
  });
}

/** A value in plain data; undefined where the path leads nowhere. */
export function valueAt(data: unknown, path: readonly (string | number)[]): unknown {
  let value = data;
  for (const part of path) {
    if (Array.isArray(value)) value = typeof part === "number" ? value[part] : undefined;
    else value = isTable(value) ? own(value, String(part)) : undefined;
  }
  return value;
}

/** It runs on a fresh machine, or on a hardened one. */
export const runner: Check = ({ workflow, job }) => {
  if (job === null || !isSelfHosted(own(job.table, "runs-on")) || isHardened(job)) return [];
  const text = `${capital(jobSaid(job))} runs on a machine of your own, which keeps what earlier jobs left there.`;
  return [finding(workflow, "runner", lineOf(workflow, [...job.path, "runs-on"]), text)];
};

function isSelfHosted(runsOn: unknown): boolean {
  const labels = isTable(runsOn) ? own(runsOn, "labels") : runsOn;
  const list = Array.isArray(labels) ? labels : [labels];
  return list.some((label) => typeof label === "string" && label.toLowerCase() === "self-hosted");
}

/** harden-runner is the first step, and blocks; without the input it does. */
function isHardened(job: Job): boolean {
  const [first] = job.steps;
  return first?.action === "harden" && (inputText(first, "egress-policy") ?? "block").toLowerCase() === "block";
}

/** Where harden-runner is used in the publishing job, it blocks. */
export const egressPolicy: Check = ({ workflow, job }) =>
  (job?.steps ?? []).flatMap((step) => {
    const given = step.action === "harden" ? input(step, "egress-policy") : null;
    if (given === null || String(given.value).toLowerCase() !== "audit") return [];
    const text = "`harden-runner` writes down where data goes from the publishing job, and lets it go.";
    return [finding(workflow, "egress-policy", lineOf(workflow, [...step.path, "with", given.key]), text)];
  });

/** The publishing job restores no cache. */
export const cachePoisoning: Check = ({ workflow, job }) =>
  (job?.steps ?? []).flatMap((step) => {
    if (step.action === "cache") {
      const text = `The publishing job restores a cache (${shown(step.uses ?? "", 60)}).`;
      return [finding(workflow, "cache-poisoning", lineOf(workflow, [...step.path, "uses"]), text)];
    }
    const key = ["cache", "bun-download-cache"].map((name) => input(step, name)).find((given) => given !== null);
    if (step.action !== "setup" || key === undefined || key === null) return [];
    if (["", "false", "null"].includes(String(key.value ?? "").toLowerCase())) return [];
    const text = `The publishing job restores a cache (\`${key.key}: ${String(key.value).replaceAll("`", "'").slice(0, 30)}\`).`;
    return [finding(workflow, "cache-poisoning", lineOf(workflow, [...step.path, "with", key.key]), text)];
  });
