import { later } from "../after.ts";
import type { DeskParts } from "../types.ts";
import { personIn } from "./ask.ts";

type Parts = Pick<DeskParts, "store" | "clock" | "ids" | "log">;

/** Due tokens that are read at one time. */
const batch = 500;
/**
 * Milliseconds from one person to the next. Each may become an issue or a comment, of which GitHub takes 80 a minute, and the
 * words of releases come first.
 */
const apartMs = 1000;

/** What a pass came to. */
export interface WarningPass {
  /** Tokens whose owner is to be warned by now. */
  due: number;
  /** Owners in repositories that were asked about now; others were asked about before, and wait. */
  asked: number;
}

/**
 * Has everybody warned whose time has come: one task for each person and repository, so that one that fails keeps nobody waiting.
 * A token stays due until its task is through, so a pass that died leaves nothing out, and one that runs twice adds nothing.
 */
export async function warnAll(parts: Parts): Promise<WarningPass> {
  const now = parts.clock.now();
  const pass = { due: 0, asked: 0 };
  let last: { id: string; warnAt: Date } | null = null;
  let turn = 0;
  for (;;) {
    const due: Awaited<ReturnType<Parts["store"]["tokens"]["toWarn"]>> = await parts.store.tokens.toWarn(
      now,
      batch,
      last,
    );
    last = due.at(-1) ?? null;
    const subjects = new Set(due.map((token) => personIn(token.repositoryId, token.personId)));
    const tasks = [...subjects].map((subject) => ({
      id: parts.ids.next(),
      kind: "warn",
      key: `warn:${subject}:due`,
      payload: { subject },
      createdAt: now,
      nextAt: later(now, apartMs * turn++),
    }));
    pass.due += due.length;
    pass.asked += await parts.store.tasks.addAll(tasks);
    if (due.length < batch) break;
  }
  if (pass.due > 0) parts.log.info({ ...pass }, "Owners of tokens that end are being warned.");
  return pass;
}
