import type { Examination } from "../../../desk/doctor/types.ts";
import type { Judged, Waiver } from "../../../domain/doctor/report.ts";
import { ruleOf } from "../../../domain/doctor/rules.ts";
import type { RuleId } from "../../../domain/doctor/rules.ts";
import { summary } from "../../../domain/doctor/seen.ts";
import { plainWords } from "../../../domain/doctor/words.ts";
import type { Repository } from "../../../domain/release-types.ts";
import { seenExamination } from "../../doctor.ts";
import { idOf } from "../../forms.ts";
import { fileAt } from "../../github-links.ts";
import type { SignedApiVisit } from "../visit.ts";

/** What the doctor says of a repository, looked at now; who may not write there gets the part for readers. */
export async function tellDoctor(visit: SignedApiVisit) {
  const { repository, examination, whole } = await seenExamination(visit, idOf(visit.params["id"]));
  const { id, owner, name } = repository;
  const about = { repository: { id, owner, name }, state: examination.state, whole };
  if (examination.state === "no-policy") {
    const { why } = examination;
    return {
      ...{ ...about, why, summary: "There is no policy that can be used, so nothing was looked at." },
      ...{ sha: null, at: null, packages: [], findings: [], unchecked: [], kept: [] },
    };
  }
  return { ...about, why: null, ...toldReport(visit, repository, examination) };
}

function toldReport(
  visit: SignedApiVisit,
  repository: Repository,
  examination: Extract<Examination, { state: "examined" }>,
) {
  const { sha, at, packages, report, kept } = examination;
  const rule = (id: RuleId) => named(visit, id);
  return {
    ...{ summary: summary(examination), sha, at, packages },
    findings: report.findings.map((finding) => ({
      ...rule(finding.rule),
      ...toldFinding(finding),
      where:
        finding.where === null
          ? null
          : { ...finding.where, url: fileAt(visit.parts, repository, sha, finding.where.path, finding.where.line) },
    })),
    unchecked: report.unchecked.map(({ rule: id, why }) => ({ ...rule(id), why })),
    kept: kept.map(rule),
  };
}

function toldFinding({ rule, level, subject, text, mend, waived, ended }: Judged) {
  const { why, guide, zizmor } = ruleOf(rule);
  const { command = null, diff = null } = mend;
  return {
    ...{ level, subject, text, why, guide, zizmor },
    mend: { text: plainWords(mend.text), command, diff },
    waived: toldWaiver(waived),
    ended: toldWaiver(ended),
  };
}

function toldWaiver(waiver: Waiver | null) {
  if (waiver === null) return null;
  const { by, reason, until } = waiver;
  return { by, reason, until };
}

function named({ parts }: SignedApiVisit, id: RuleId) {
  const { area, title } = ruleOf(id);
  return { rule: id, area, title, page: `${parts.publicUrl}/doctor/rules/${id}` };
}
