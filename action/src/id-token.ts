import { StepError } from "./step-error.ts";

/**
 * GitHub's proof of which job this is, made for one audience (GitHub docs, "OpenID Connect reference").
 * @throws StepError where the job may not have one
 */
export async function idToken(audience: string): Promise<string> {
  const url = process.env["ACTIONS_ID_TOKEN_REQUEST_URL"];
  const bearer = process.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
  if (!url || !bearer) throw new StepError("The job can't prove what it is: give it `permissions: id-token: write`.");
  const response = await fetch(`${url}&audience=${encodeURIComponent(audience)}`, {
    headers: { authorization: `bearer ${bearer}`, accept: "application/json" },
    signal: AbortSignal.timeout(15_000),
  }).catch(() => null);
  const body = (await response?.json().catch(() => null)) as { value?: unknown } | null | undefined;
  if (response?.ok !== true || typeof body?.value !== "string")
    throw new StepError(`GitHub didn't give the job's OIDC token (${response?.status ?? "no answer"}): run it again.`);
  return body.value;
}
