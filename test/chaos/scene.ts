import sodium from "libsodium-wrappers";
import type { Store } from "../../src/store/types.ts";
import { aToken } from "../support/rows.ts";
import { createCast, policy } from "../world/cast.ts";
import type { Cast } from "../world/cast.ts";
import type { GitHub } from "../world/github/index.ts";
import type { EnvironmentState, IssueState, RepositoryState, UserState } from "../world/github/state.ts";
import { workflow } from "../world/scene.ts";

/** A repository with a package of its own, an environment, and the issue in which its releases are asked for. */
export interface Place {
  repository: RepositoryState;
  environment: EnvironmentState;
  issue: IssueState;
  package: string;
}

/** The cast, with more repositories of the same kind: their releases go on side by side. */
export function setScene(github: GitHub, publicUrl: string, names: readonly string[]): { cast: Cast; places: Place[] } {
  const cast = createCast({ github }, { publicUrl, workflow: "publish-quick.yml" });
  const { app, acme, alice, bob, carol, widget } = cast;
  const places: Place[] = [
    { repository: widget, environment: cast.npm, issue: cast.issue, package: "@acme/widget" },
    ...names.map((name) => {
      const repository = github.createRepository(acme, name, {
        collaborators: [alice, bob, carol].map((one) => [one, "write"]),
        files: {
          ".github/countersign.yml": policy.replace("@acme/widget", `@acme/${name}`),
          ".github/workflows/publish.yml": workflow("publish-quick.yml", publicUrl),
          "package.json": `${JSON.stringify({ name: `@acme/${name}`, version: "1.0.0", license: "MIT" }, null, 2)}\n`,
          "index.js": "export const made = true;\n",
        },
      });
      const environment = github.createEnvironment(repository, "npm", { rules: [app], branches: ["main"] });
      const issue = github.openIssue(repository, alice, `Release the ${name}`);
      return { repository, environment, issue, package: `@acme/${name}` };
    }),
  ];
  const installation = [...github.core.state.installations.values()].find((one) => one.appId === app.id);
  for (const { repository } of places) installation?.repositoryIds.add(repository.id);
  return { cast, places };
}

/** What a token's text begins with: looked for in every log. */
export const tokenBeginning = "npm_the-token-of";

/** A token for each who releases, in each place. */
export async function sealTokens(store: Store, cast: Cast, places: readonly Place[], now: Date): Promise<void> {
  await sodium.ready;
  for (const place of places)
    for (const by of [cast.alice, cast.carol]) await store.tokens.put(tokenOf(place, by, now));
}

export function tokenOf(
  { repository, environment, package: name }: Place,
  by: UserState,
  now: Date,
): ReturnType<typeof aToken> {
  const text = `${tokenBeginning}-${by.login}-for-${name}`;
  const id = `token-${by.login}-${repository.name}`;
  return aToken({
    ...{ id, groupId: id, repositoryId: repository.id, personId: by.id, personLogin: by.login, label: "release" },
    ...{ environmentId: environment.id, environmentName: environment.name, npmUser: `${by.login}-npm` },
    ...{ keyId: environment.keyId, sealedAt: now, expiresAt: new Date(now.getTime() + 30 * 86_400_000) },
    ciphertext: Buffer.from(sodium.crypto_box_seal(text, environment.publicKey)).toString("base64"),
    slot: `${repository.id}/${environment.id}/${by.id}`,
  });
}
