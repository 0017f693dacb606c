/** `npm trust` (npm CLI, `lib/trust-cmd.js` and `lib/commands/trust/`; npm's API description, `trust.yaml`). */
import { mayWrite } from "./front.ts";
import type { Ask, Front } from "./front.ts";
import { answer, refuse } from "./http.ts";
import { secondFactor } from "./second-factor.ts";
import { TrustBook } from "./trust.ts";

export async function listTrust(front: Front, ask: Ask, name: string): Promise<void> {
  if (!(await admitted(front, ask, name))) return;
  const config = front.trusted.of(name);
  answer(ask.response, 200, config === null ? [] : [config]);
}

export async function createTrust(front: Front, ask: Ask, name: string): Promise<void> {
  if (!(await admitted(front, ask, name))) return;
  const config = TrustBook.parse(ask.body);
  if (config === null) return refuse(ask.response, 400, "Invalid trusted publisher configuration");
  if (front.trusted.of(name) !== null) {
    const sentence = "trusted publisher config already exists for the package. Please delete and re-create.";
    return refuse(ask.response, 409, sentence);
  }
  answer(ask.response, 200, [front.trusted.create(name, config)]);
}

export async function revokeTrust(front: Front, ask: Ask, name: string, id: string): Promise<void> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    return refuse(ask.response, 400, "Invalid trusted publisher config id format");
  if (!(await admitted(front, ask, name))) return;
  if (!front.trusted.revoke(name, id))
    return refuse(ask.response, 404, "Trusted publisher configuration not found for the package");
  ask.response.writeHead(204);
  ask.response.end();
}

/**
 * A second factor for all three, also where the token bypasses it elsewhere: since August 2026 such a token does nothing that
 * governs an account or package (npm's documents, "About access tokens"). That npm answers it with 403 is not verified.
 */
async function admitted(front: Front, ask: Ask, name: string): Promise<boolean> {
  const { response, token } = ask;
  const account = token === null ? undefined : front.accounts.accounts.get(token.owner);
  if (token === null || account === undefined) refuse(response, 401, "Unauthorized");
  else if ((await front.store.packument(name)) === null) refuse(response, 404, "Package not found");
  else if (!mayWrite(token, name) || token.job !== null || token.bypass2fa) {
    const sentence = "Insufficient permissions to access trusted publisher configurations for this package";
    refuse(response, 403, sentence);
  } else if (account.tfa === null) refuse(response, 403, "Please enable 2fa for your account");
  else return secondFactor(front, ask, account, `trust of ${name}`, "trust");
  return false;
}
