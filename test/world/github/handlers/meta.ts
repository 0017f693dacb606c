import type { Handler } from "./types.ts";
import { ok } from "./types.ts";

/** About the API itself. */
export const meta: Record<string, Handler> = {
  "meta/get": () => ok({ verifiable_password_authentication: false }),
  "rate-limit/get": ({ core, caller }) => {
    const standing = core.limits.standing(caller, core.now());
    return ok({ resources: { core: standing, search: standing }, rate: standing });
  },
};
