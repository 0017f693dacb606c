import { createOAuthDeviceAuth } from "@octokit/auth-oauth-device";
import * as z from "zod/mini";
import { apiUrlOf } from "../domain/github-address.ts";
import { Failure } from "./failure.ts";
import { ask } from "./http.ts";

/** What is shown to the person. */
export interface DeviceCode {
  userCode: string;
  address: string;
  seconds: number;
}

const refused = z.object({ error: z.string(), interval: z.optional(z.number()) });

/** What GitHub's errors mean to the person (docs, "Authorizing OAuth apps", "Error codes for the device flow"). */
const sentences: Record<string, string> = {
  device_flow_disabled:
    "GitHub's device flow is switched off for this app: whoever runs Countersign has to tick “Enable Device Flow” in the app's settings at GitHub.",
  access_denied: "You said no at GitHub, so you are not signed in.",
  expired_token: "The code was not entered in time: begin again.",
  incorrect_device_code: "GitHub doesn't know the code any more: begin again.",
};

type Request = NonNullable<Parameters<typeof createOAuthDeviceAuth>[0]["request"]>;

/**
 * Signs somebody in by GitHub's device flow: shows a code, waits until it was entered. Returns the user access token.
 * @throws Failure with what to do
 */
export async function signInByDevice(
  githubUrl: string,
  clientId: string,
  show: (code: DeviceCode) => void,
): Promise<string> {
  const auth = createOAuthDeviceAuth({
    clientType: "github-app",
    clientId,
    request: requestTo(githubUrl),
    onVerification: ({ user_code, verification_uri, expires_in }) =>
      show({ userCode: user_code, address: verification_uri, seconds: expires_in }),
  });
  try {
    return (await auth({ type: "oauth" })).token;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = refused.safeParse((error as { response?: { data?: unknown } }).response?.data).data?.error ?? "";
    throw new Failure(
      code === "device_flow_disabled" ? "device-flow-disabled" : "sign-in-refused",
      sentences[code] ?? "GitHub didn't sign you in: begin again, and tell whoever runs Countersign if it stays so.",
    );
  }
}

/**
 * The part of octokit's `request` that the flow calls, by our own client: no redirects, a time limit. The flow forgets that GitHub
 * asked for a longer interval (`slow_down` adds to it for good), so it is kept here.
 */
function requestTo(githubUrl: string): Request {
  let longer = 0;
  const request = async (route: string, { baseUrl, headers: _headers, ...body }: Record<string, unknown>) => {
    const [, path = ""] = route.split(" ");
    if (longer > 0) await new Promise((done) => setTimeout(done, longer * 1000));
    const answer = await ask({ method: "POST", url: `${String(baseUrl)}${path}`, who: "GitHub", body });
    if (refused.safeParse(answer.body).data?.error === "slow_down") longer += 5;
    const response = { status: answer.status, headers: answer.headers, data: answer.body ?? {}, url: "" };
    if (answer.status >= 400) throw Object.assign(new Error(`GitHub answered ${answer.status}`), { response });
    return response;
  };
  const endpoint = {
    DEFAULTS: { baseUrl: apiUrlOf(githubUrl) },
    merge: () => ({ method: "POST", url: apiUrlOf(githubUrl), headers: {} }),
  };
  return Object.assign(request, { endpoint }) as unknown as Request;
}
