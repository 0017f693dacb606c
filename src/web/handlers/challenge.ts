import { digest } from "../cookies.ts";
import { readForm, required } from "../forms.ts";
import { challengePage } from "../pages/challenge.ts";
import { goTo, page } from "../responses.ts";
import { refuseUnsealed } from "../sealed-code.ts";
import { isCurrent, unchanged } from "../visit.ts";
import type { SignedVisit } from "../visit.ts";
import { packageOfChallenge } from "../pages/challenge.ts";

/** npm's question. Only the token's owner gets it; where npm refused an answer and asks again, the new one is shown. */
export async function showChallenge(visit: SignedVisit): Promise<Response> {
  const asked = await visit.parts.relay.challengeFor(visit.session.person, visit.params["id"] ?? "");
  const { challenge, view } = asked;
  const next = view.challenge;
  if (challenge.state === "refused" && next !== null && next.id !== challenge.id && next.state === "open")
    return goTo(`/challenges/${next.id}`);
  const over = challenge.expiresAt <= visit.now;
  const mark = digest(JSON.stringify([challenge.id, challenge.state, over, view.release.state]));
  if (isCurrent(visit, mark)) return unchanged();
  const inside = await visit.parts.desk.contents(view, packageOfChallenge(view.release, challenge));
  const settled = ["accepted", "expired", "ended"].includes(challenge.state);
  return await page(
    challengePage(
      visit,
      { ...asked, inside },
      settled ? {} : { live: { seconds: 2, digest: mark, about: asked.view.release.id } },
    ),
  );
}

/** Takes the sealed code; what it says is the runner's to know. */
export async function answerChallenge(visit: SignedVisit): Promise<Response> {
  const challengeId = visit.params["id"] ?? "";
  const sealed = required(await readForm(visit.request), "sealed", "The sealed code");
  refuseUnsealed(sealed);
  await visit.parts.relay.answer({ person: visit.session.person, challengeId, sealed });
  return goTo(`/challenges/${challengeId}`);
}
