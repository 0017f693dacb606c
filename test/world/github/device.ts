import type { Core } from "./core.ts";
import { grant } from "./oauth.ts";
import type { Granted, Refused } from "./oauth.ts";
import type { AppState, DeviceState, UserState } from "./state.ts";

/**
 * GitHub's device flow (docs, "Authorizing OAuth apps", "Device flow", and "Generating a user access token for a GitHub App"):
 * codes are good for 15 minutes; who polls sooner than `interval` seconds after the last time has to wait 5 seconds longer.
 */
const patience = 900;
const penalty = 5;

export interface DeviceCodes {
  device_code: string;
  user_code: string;
  verification_uri: string;
  expires_in: number;
  interval: number;
}

type Asked = Readonly<Record<string, string | undefined>>;

/** `POST /login/device/code`; null: there is no such app, which is a 404. */
export function newDevice(core: Core, asked: Asked): DeviceCodes | Refused | null {
  const app = appOf(core, asked);
  if (app === undefined) return null;
  if (app.deviceFlow !== true)
    return refused("device_flow_disabled", "Device Flow must be explicitly enabled for this App");
  const letters = core.draw(8).toUpperCase();
  const userCode = `${letters.slice(0, 4)}-${letters.slice(4)}`;
  const deviceCode = core.draw(40);
  const interval = core.deviceInterval;
  core.state.devices.set(deviceCode, {
    ...{ appId: app.id, userCode, at: core.now(), interval, polledAt: null },
    answer: null,
  });
  core.changed();
  const verification_uri = `${core.url}/login/device`;
  return { device_code: deviceCode, user_code: userCode, verification_uri, expires_in: patience, interval };
}

/** `POST /login/oauth/access_token` with the device grant, which takes no client secret. */
export function deviceToken(core: Core, asked: Asked): Granted | Refused {
  const app = appOf(core, asked);
  if (app === undefined) return refused("incorrect_client_credentials", "The client_id passed is incorrect.");
  if (app.deviceFlow !== true)
    return refused("device_flow_disabled", "Device Flow must be explicitly enabled for this App");
  const code = asked["device_code"] ?? "";
  const device = core.state.devices.get(code);
  if (device === undefined || device.appId !== app.id)
    return refused("incorrect_device_code", "The device_code provided is not valid.");
  const now = core.now();
  if (late(device, now)) return refused("expired_token", "The device_code has expired.");
  const early = device.polledAt !== null && now.getTime() - device.polledAt.getTime() < device.interval * 1000;
  device.polledAt = now;
  if (early) {
    device.interval += penalty;
    return {
      ...refused("slow_down", "Too many requests have been made in the same timeframe."),
      ...{ interval: device.interval },
    };
  }
  if (device.answer === null) return refused("authorization_pending", "The authorization request is still pending.");
  core.state.devices.delete(code);
  if (device.answer === "denied") return refused("access_denied", "The authorization request was denied.");
  return grant(core, device.answer, app.id);
}

/** A person types in a code and agrees to it, or not. Throws where there is no such code any more. */
export function answerDevice(core: Core, userCode: string, user: UserState, agrees: boolean): void {
  const typed = userCode.trim().toUpperCase();
  const device = [...core.state.devices.values()].find((one) => one.userCode === typed);
  if (device === undefined || late(device, core.now()) || device.answer !== null)
    throw new Error("There is no such code, or its time is over.");
  device.answer = agrees ? user.id : "denied";
  core.changed();
}

function late(device: DeviceState, now: Date): boolean {
  return now.getTime() - device.at.getTime() >= patience * 1000;
}

function appOf(core: Core, asked: Asked): AppState | undefined {
  return [...core.state.apps.values()].find((one) => one.clientId === asked["client_id"]);
}

function refused(error: string, error_description: string): Refused {
  return { error, error_description };
}
