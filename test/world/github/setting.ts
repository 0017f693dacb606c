import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { createSign } from "node:crypto";
import sodium from "libsodium-wrappers";
import { TestClock } from "../../support/clock.ts";
import { createJudge } from "../judge/index.ts";
import { createPaperRunner } from "../paper/runner.ts";
import { manifest } from "../scene.ts";
import { startGitHub } from "./index.ts";
import type { AppState, EnvironmentState, JobState, RunState } from "./state.ts";
import { last } from "./engine.ts";

/** A workflow with one job before the environment's. */
export const publishing = `name: Publish
run-name: Publish \${{ inputs.version }}
on:
  workflow_dispatch:
    inputs:
      version: { type: string, required: true }
      tag: { type: choice, options: [latest, next], default: latest }
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{ run: echo }]
  publish:
    needs: build
    environment: npm
    runs-on: ubuntu-latest
    steps: [{ run: echo }]
`;

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  event: string;
}

export interface Answered {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}

/** A simulated GitHub with people, a protected environment, an installed app that notes what it is sent, and a paper runner. */
export async function openSetting(workflow: string = publishing) {
  const clock = new TestClock();
  const judge = createJudge();
  const runner = createPaperRunner();
  const github = await startGitHub({ now: () => clock.now(), judge, runner });
  const [alice, bob, mallory] = [github.createUser("alice"), github.createUser("bob"), github.createUser("mallory")];
  const app = github.createApp(manifest());
  const acme = github.createOrganization("acme", {
    admins: [bob],
    members: [alice],
    teams: { maintainers: [bob] },
  });
  const files = { ".github/workflows/publish.yml": workflow, "package.json": "{}\n", "src/a b.js": "1;\n" };
  const widget = github.createRepository(acme, "widget", { files, private: true, collaborators: [[alice, "write"]] });
  const npm = github.createEnvironment(widget, "npm", { rules: [app], branches: ["main"] });
  const installation = github.install(app, acme, [widget]);
  const issue = github.openIssue(widget, alice, "Release");
  const receiver = await startReceiver();
  github.setHook(app, receiver.url);

  /** One call by plain HTTP: `await call(token, "GET /app")`. */
  async function call(token: string | null, line: string, body?: unknown): Promise<Answered> {
    const [method = "GET", path = "/"] = line.split(" ");
    const answer = await fetch(`${github.url}/api/v3${path.replace("R/", "/repos/acme/widget/")}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(token === null ? {} : { authorization: token.includes(" ") ? token : `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const read = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
    return { status: answer.status, body: read, headers: answer.headers };
  }

  async function installationToken(body: unknown = {}): Promise<string> {
    const { body: read } = await call(jwt(app), `POST /app/installations/${installation.id}/access_tokens`, body);
    return String(read["token"]);
  }

  /** Jobs that are due have started, and deliveries have arrived. */
  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet += 1) {
      await new Promise((turn) => setImmediate(turn));
      if (!github.hooks.idle()) await github.until(() => github.hooks.idle(), "deliveries");
    }
  }

  /** The newest job that the runner has, ended. */
  async function finish(conclusion: "success" | "failure" = "success"): Promise<void> {
    runner.jobs.at(-1)?.finish(conclusion);
    await settle();
  }

  const job = (run: RunState, key = "publish"): JobState => {
    const one = last(run).jobs.find((it) => it.key === key);
    if (one === undefined) throw new Error(`no job ${key}`);
    return one;
  };

  return {
    ...{ github, clock, judge, runner, receiver, app, acme, widget, npm, installation, issue, alice, bob, mallory },
    ...{ call, installationToken, settle, finish, job },
    async close() {
      await github.close();
      await receiver.close();
    },
  };
}

export type Setting = Awaited<ReturnType<typeof openSetting>>;

/** An app's address that notes what it is sent, and answers with a status. */
async function startReceiver() {
  const received: Received[] = [];
  const answer = { status: 202 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      received.push({ headers: request.headers, body, event: eventOf(request.headers, body) });
      response.writeHead(answer.status).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

function eventOf(headers: IncomingHttpHeaders, body: string): string {
  const { action } = JSON.parse(body) as { action?: string };
  return [String(headers["x-github-event"]), ...(action === undefined ? [] : [action])].join(".");
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** An app's JWT; `claims` and `header` replace what a good one has. */
export function jwt(
  app: AppState,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = { alg: "RS256", typ: "JWT" },
): string {
  const now = Math.floor(Date.now() / 1000);
  const text = `${part(header)}.${part({ iss: app.id, iat: now - 30, exp: now + 540, ...claims })}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(app.privateKey, "base64url")}`;
}

/** Sealed to an environment's key, as the page does it. */
export function sealed(value: string, { publicKey, keyId }: EnvironmentState): Record<string, string> {
  const box = sodium.crypto_box_seal(value, publicKey);
  return { encrypted_value: Buffer.from(box).toString("base64"), key_id: keyId };
}
