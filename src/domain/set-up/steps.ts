import { isTokenMode } from "../mode.ts";
import type { EnvironmentFacts } from "../facts.ts";
import { shown } from "../shown.ts";
import type { PlaceFacts, PublisherFacts, SetUpFacts } from "./facts.ts";

export const stepIds = [
  "app",
  "policy",
  "workflow",
  "environment",
  "our-rule",
  "admin-bypass",
  "branches",
  "other-rules",
  "secret",
  "reviewers",
  "trusted-publisher",
  "tokens",
] as const;
export type StepId = (typeof stepIds)[number];

/** One thing that a repository needs before its first release. */
export interface SetUpStep {
  id: StepId;
  /** `unknown`: GitHub couldn't be asked, or didn't say. `unseen`: nobody can see it from outside; a release that goes through proves it. */
  state: "done" | "missing" | "unknown" | "unseen";
  /** Nothing is refused without it. */
  recommended: boolean;
  /** What holds where it is done. */
  title: string;
  /** The environment, the file or the package that it is about, where there can be several. */
  about: string | null;
  /** Where it isn't done: what is, and what is to be done; sentences with code in backquotes. "" where there is nothing to say. */
  text: string;
}

/** The steps in the order in which they are taken, each with how it stands. */
export function setUpSteps(facts: SetUpFacts, defaultBranch: string): SetUpStep[] {
  return [
    appStep(facts.access),
    policyStep(facts.policy, defaultBranch),
    ...facts.workflows.map((one) => workflowStep(one, defaultBranch)),
    ...facts.places.flatMap((place) => placeSteps(place, defaultBranch)),
    ...facts.publishers.map(publisherStep),
    ...tokenSteps(facts.tokens),
  ];
}

/** Whether a release could be asked for, as far as the set-up goes and as far as it can be seen. */
export function isSetUp(steps: readonly SetUpStep[]): boolean {
  return stepsLeft(steps) === 0;
}

/** How many steps a release can't do without and that aren't seen to be done. What only a release proves isn't one: it has to be tried. */
export function stepsLeft(steps: readonly SetUpStep[]): number {
  return steps.filter(({ state, recommended }) => !recommended && state !== "done" && state !== "unseen").length;
}

type Words = Pick<SetUpStep, "id" | "title"> & Partial<Pick<SetUpStep, "about" | "recommended">>;

const step = (words: Words, state: SetUpStep["state"], text = ""): SetUpStep => ({
  about: null,
  recommended: false,
  ...words,
  state,
  text,
});

function appStep(access: SetUpFacts["access"]): SetUpStep {
  const words: Words = { id: "app", title: "Countersign may do what it needs here" };
  switch (access.state) {
    case "fine":
      return step(words, "done");
    case "unread":
      return step(words, "unknown", "GitHub doesn't answer at the moment: load this page again.");
    case "suspended":
      return step(words, "missing", "The app is suspended on this account: an owner unsuspends it.");
    case "removed":
      return step(words, "missing", "The app isn't installed on this account any more: an owner installs it again.");
    case "lacking": {
      const list = access.permissions.map((one) => `\`${one}\``).join(", ");
      return step(words, "missing", `It lacks ${list}: an owner accepts the app's new permissions.`);
    }
  }
}

function policyStep(policy: SetUpFacts["policy"], branch: string): SetUpStep {
  const words: Words = { id: "policy", title: "The policy file is on the default branch" };
  switch (policy.state) {
    case "fine":
      return step(words, "done");
    case "unread":
      return step(words, "unknown", "GitHub doesn't answer at the moment: load this page again.");
    case "missing":
      return step(words, "missing", `${shown(branch, 100)} has no \`.github/countersign.yml\`.`);
    case "broken": {
      const count = policy.problems === 1 ? "a problem" : `${policy.problems} problems`;
      return step(words, "missing", `It is there, and has ${count}: the repository's page lists what to mend.`);
    }
  }
}

function workflowStep({ path, reading }: SetUpFacts["workflows"][number], branch: string): SetUpStep {
  const words: Words = { id: "workflow", title: "The workflow is there and fit for a release", about: path };
  switch (reading.state) {
    case "fit":
      return step(words, "done");
    case "unread":
      return step(words, "unknown", "GitHub doesn't answer at the moment, or the file can't be read.");
    case "missing":
      return step(words, "missing", `${shown(branch, 100)} has no such file.`);
    case "unfit": {
      const line = reading.line === null ? "" : `Line ${reading.line}: `;
      return step(words, "missing", line === "" ? sentence(reading.problem) : line + reading.problem);
    }
  }
}

function placeSteps(place: PlaceFacts, branch: string): SetUpStep[] {
  const { name, read, policy } = place;
  const titles: Array<Words & Pick<SetUpStep, "id">> = [
    { id: "environment", title: "The environment exists" },
    ...(policy.gate === "rule" ? [{ id: "our-rule" as const, title: "Countersign's rule holds its jobs" }] : []),
    ...(isTokenMode(policy.mode)
      ? [{ id: "admin-bypass" as const, title: "Administrators can't bypass its rules" }]
      : []),
    { id: "branches", title: "Only the branch that releases may deploy" },
    { id: "other-rules", title: "No other app's rule holds its jobs" },
    ...(isTokenMode(policy.mode) ? [{ id: "secret" as const, title: "No token lies there already" }] : []),
    { id: "reviewers", title: "GitHub requires reviewers as well, none for themselves", recommended: true },
  ];
  return titles.map((words) => {
    const about = { ...words, about: name };
    if (read === null) return step(about, "unknown", "GitHub doesn't answer at the moment: load this page again.");
    if (!read.environment.exists && words.id !== "environment" && words.id !== "secret")
      return words.id === "other-rules"
        ? step(about, "done")
        : step(about, "missing", "The environment isn't there yet.");
    const { state, text } = judged(words.id, place, read, branch);
    return step(about, state, text);
  });
}

type Verdict = Pick<SetUpStep, "state" | "text">;
const done: Verdict = { state: "done", text: "" };
const missing = (text: string): Verdict => ({ state: "missing", text });

function judged(id: StepId, place: PlaceFacts, read: NonNullable<PlaceFacts["read"]>, branch: string): Verdict {
  const { environment, secret } = read;
  switch (id) {
    case "environment":
      return environment.exists ? done : missing("Without it GitHub would make one by itself, without any protection.");
    case "our-rule":
      return environment.ourRule ? done : missing("Nothing of Countersign's holds a job here yet.");
    case "admin-bypass":
      if (environment.adminsCanBypass === null) return { state: "unknown", text: "GitHub doesn't say it here." };
      return environment.adminsCanBypass ? missing("An administrator could start a job that nobody approved.") : done;
    case "branches":
      if (!environment.branchRestricted) return missing("Any branch may deploy here.");
      return environment.branchAllowed
        ? done
        : missing(`${shown(branch, 100)} isn't among the branches that may deploy.`);
    case "other-rules":
      return environment.otherRules.length === 0
        ? done
        : missing(`What ${environment.otherRules.map((one) => shown(one)).join(", ")} waits for can't be read.`);
    case "secret":
      return secretVerdict(secret);
    default:
      return reviewersVerdict(environment);
  }
}

function secretVerdict({ name, inEnvironment, elsewhere }: NonNullable<PlaceFacts["read"]>["secret"]): Verdict {
  const places = [...(inEnvironment ? ["environment"] : []), ...elsewhere];
  if (places.length === 0) return done;
  return missing(
    `A secret ${shown(name, 100)} is in the ${places.join(" and the ")}: delete it, and revoke the npm token that was in it.`,
  );
}

function reviewersVerdict({ requiredReviewers, preventSelfReview }: EnvironmentFacts): Verdict {
  if (!requiredReviewers) return missing("They hold a job even where Countersign's key was stolen.");
  return preventSelfReview ? done : missing("Whoever asks could also agree.");
}

function publisherStep({ policy: { name, mode }, standing, cameTrusted }: PublisherFacts): SetUpStep {
  const words: Words = {
    ...{ id: "trusted-publisher", about: name },
    title: "npm took the workflow as the package's trusted publisher; no token is needed",
  };
  if (standing === "proven") return step(words, "done");
  if (standing === "no-package")
    return step(
      { ...words, title: "The workflow is the package's trusted publisher at npm; no token is needed" },
      "missing",
      `The registry has no such package, and a trusted publisher hangs on a package: publish its first version by hand or in the mode \`stage\`, then come back for \`${mode}\`.`,
    );
  const came =
    cameTrusted === null
      ? ""
      : ` ${shown(cameTrusted)} came by a trusted publisher; whether it is this one isn't told.`;
  return step(
    { ...words, title: "The workflow is the package's trusted publisher at npm; no token is needed" },
    "unseen",
    `npm shows that to the package's maintainers alone, so it can't be seen from here: the first release that goes through proves it.${came}`,
  );
}

function tokenSteps(tokens: SetUpFacts["tokens"]): SetUpStep[] {
  const title = "A releaser's npm token is on file";
  if (tokens === "unread")
    return [step({ id: "tokens", title }, "unknown", "GitHub doesn't answer at the moment: load this page again.")];
  if (tokens === null)
    return [
      step({ id: "tokens", title }, "missing", "Once policy and environment are there, each releaser seals one."),
    ];
  return tokens.map(({ package: name, keep, working, approvesStages = false }) => {
    const words: Words = approvesStages
      ? { id: "tokens", title: "A stage approver's npm token is on file", about: name, recommended: true }
      : { id: "tokens", title, about: name };
    if (keep === "never")
      return step({ ...words, title: "A token is sealed for each release, and none is kept" }, "done");
    return working > 0
      ? step(words, "done")
      : step(words, "missing", `Nobody could ${approvesStages ? "approve its stages from here" : "release it"} now.`);
  });
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
