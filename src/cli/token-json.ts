import type { Token } from "./answers.ts";

/** A token on file as programs get it. These fields stay. */
export function tokenJson(token: Token): Record<string, unknown> {
  const { id, groupId, state, packages, repository, environmentName, npmUser, label, npmKey, bypass2fa } = token;
  const { expiresAt, sealedAt, lastUsedAt, refusedWhy } = token;
  return {
    ...{
      id,
      groupId,
      state,
      packages,
      repository: repository === null ? null : `${repository.owner}/${repository.name}`,
    },
    ...{ environment: environmentName, npmUser, label, npmKey, bypass2fa },
    ...{ expiresAt, sealedAt, lastUsedAt, refusedWhy },
  };
}
