import type { UserState } from "../world/github/state.ts";
import type { Stage } from "../world/demo/stage.ts";

/** Pages as somebody who has signed in gets them: headers and bodies, one after the other. */
export async function readPages(
  stage: { world: Pick<Stage["world"], "github">; url: string },
  by: UserState,
  paths: string[],
): Promise<string> {
  const jar = new Map<string, string>();
  const get = async (url: string): Promise<Response> => {
    const cookie = [...jar].map(([key, value]) => `${key}=${value}`).join("; ");
    const response = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie())
      jar.set(line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1, line.indexOf(";")));
    return response;
  };
  let next = `${stage.world.github.url}/as/${by.login}?to=${encodeURIComponent(`${stage.url}/sign-in`)}`;
  for (let hops = 0; hops < 8; hops += 1) {
    const location = (await get(next)).headers.get("location");
    if (location === null) break;
    next = new URL(location, next).href;
  }
  let text = "";
  for (const path of paths) {
    const response = await get(`${stage.url}${path}`);
    text += JSON.stringify([...response.headers]) + (await response.text());
  }
  return text;
}
