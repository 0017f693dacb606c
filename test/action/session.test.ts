import { expect, test } from "vitest";
import { refuseOver } from "../../action/src/session.ts";
import type { Session } from "../../action/src/session.ts";

test("a step whose time with Countersign is over asks npm for nothing more, and says what that means", async () => {
  // It asks nobody either: what it did could not be reported any more.
  const session = { endsAt: Date.now() - 1 } as Session;
  await expect(refuseOver(session, "Nothing was published.")).rejects.toThrow(
    /^The time that this job has with Countersign is over.* ask again with \/release\. Nothing was published\.$/,
  );
});
