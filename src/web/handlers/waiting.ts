import { releaseTitle } from "../../domain/release.ts";
import type { WaitingKind } from "../../domain/waiting.ts";
import type { ReleaseView } from "../../desk/types.ts";
import { digest } from "../cookies.ts";
import { readWaiting } from "../own-queue.ts";
import { json } from "../responses.ts";
import { isCurrent, unchanged } from "../visit.ts";
import type { SignedVisit } from "../visit.ts";

/** So many of them are told one by one; the count counts all. */
const most = 20;

/** Something that waits for a person, as a browser tells it: the key names it for good, the path is where it is dealt with. */
export interface Call {
  key: string;
  title: string;
  text: string;
  path: string;
}

/** What `/waiting` answers; `person` is whom it is about, since a browser's pages may be older than its session. */
export interface Waiting {
  digest: string;
  person: string;
  count: number;
  calls: Call[];
}

/** `/waiting`: how much waits for whoever is signed in, and what of it their browser may call them for. For the pages' script. */
export async function showWaiting(visit: SignedVisit): Promise<Response> {
  const { items, count } = await readWaiting(visit);
  const calls = items.slice(0, most).flatMap(({ kind, view }) => (kind === null ? [] : [callOf(kind, view)]));
  const person = visit.session.person.login;
  const mark = digest(JSON.stringify([person, count, calls]));
  if (isCurrent(visit, mark)) return unchanged();
  return json({ digest: mark, person, count, calls } satisfies Waiting);
}

/** No secret, no code: a notification stands on a screen that others may see. */
function callOf(kind: WaitingKind, { release, repository, challenge }: ReleaseView): Call {
  const { id, releaserLogin } = release;
  const path = `/releases/${id}`;
  const text = `${releaseTitle(release)} in ${repository.owner}/${repository.name}`;
  switch (kind) {
    case "challenge":
      return {
        ...{ key: `challenge-${challenge?.id ?? id}`, title: "npm asks you for the second factor", text },
        path: challenge === null ? path : `/challenges/${challenge.id}`,
      };
    case "confirm":
      return { key: `confirm-${id}`, title: "You started a run: is it a release?", text, path };
    case "seal":
      return { key: `seal-${id}`, title: "A release waits for an npm token of yours", text, path };
    case "approve":
      return {
        key: `approve-${id}`,
        title: "Your approval is wanted",
        text: `${text}, asked for by ${releaserLogin}`,
        path,
      };
    case "stage":
      return { key: `stage-${id}`, title: "Staged at npm: compare, then approve", text, path: `${path}#stage` };
  }
}
