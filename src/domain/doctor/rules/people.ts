import type { Rule } from "../rule.ts";

const base = { area: "people", level: "warn", fixed: false, zizmor: null } as const;

/** Rules about those whom the policy names. */
export const peopleRules = [
  {
    ...base,
    id: "releaser-tokens",
    title: "Every releaser has an npm token that works",
    why: "Whoever wants to release and has none finds out at that moment.",
    mend: "Each releaser seals their own token, on the page *Tokens* or with `countersign token add`.",
    guide: "Each person should create their own personal npm token before running a release",
  },
  {
    ...base,
    id: "approvers-can",
    title: "Everybody named as approver can approve",
    why: "An approver who can't see the repository is never counted, and waited for in vain.",
    mend: "Give them read access to the repository, or take them out of `approvals.from`.",
    guide: "A trusted team for approvals",
  },
  {
    ...base,
    id: "approvers-enough",
    title: "For each releaser there are enough others who approve",
    why: "Nobody approves their own release, so a releaser who is one of too few approvers can never release.",
    mend: "Name more people in `approvals.from`.",
    guide: "A trusted team for approvals",
  },
  {
    ...base,
    id: "more-than-one",
    title: "More than one person can release",
    why: "When the only one is ill, or loses their key, nobody can publish a fix.",
    mend: "Name a second releaser, who seals a token of their own.",
    guide: "Teams or projects that release often and have more than one maintainer",
  },
  {
    ...base,
    id: "one-policy",
    title: "There is one policy file",
    why: "Only `.github/countersign.yml` is read; whoever edits another believes in people and rules that don't hold.",
    mend: "Delete the other file, or move what is meant into `.github/countersign.yml`.",
    guide: null,
  },
] as const satisfies readonly Rule[];
