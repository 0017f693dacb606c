import { expect, test } from "vitest";
import { packageHistory } from "../../src/npm/packument.ts";

const npmUser = { name: "GitHub Actions", trustedPublisher: { id: "github", oidcConfigId: "oidc:1" } };

test("a package's history is told newest first by its times, with how each version came", () => {
  const document = {
    maintainers: [{ name: "alice-npm", email: "a@example.com" }],
    "dist-tags": { latest: "1.1.0" },
    time: { created: "2026-01-01T00:00:00Z", "1.1.0": "2026-03-01T00:00:00Z", "1.0.0": "2026-01-01T00:00:00Z" },
    versions: {
      "1.1.0": { _npmUser: npmUser, dist: { attestations: { url: "https://x", provenance: {} } } },
      "1.0.0": { _npmUser: { name: "alice-npm" }, dist: {} },
    },
  };
  expect(packageHistory(document, "registry.example")).toEqual({
    maintainers: ["alice-npm"],
    tags: { latest: "1.1.0" },
    versions: ["1.1.0", "1.0.0"],
    last: [
      { version: "1.1.0", trusted: true, attested: true },
      { version: "1.0.0", trusted: false, attested: false },
    ],
  });
});

test("what isn't as expected is taken for not told, and without times the document's own order counts", () => {
  const document = { maintainers: "alice", time: 7, versions: { "1.0.0": null, "1.1.0": { _npmUser: 1, dist: "x" } } };
  expect(packageHistory(document, "registry.example")).toMatchObject({
    maintainers: null,
    last: [{ version: "1.1.0", trusted: false }, { version: "1.0.0" }],
  });
});
