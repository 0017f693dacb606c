import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";

/** What came of a round of load. */
export interface Round {
  /** Requests a second. */
  rate: number;
  /** Milliseconds of each request, in order of size. */
  ms: number[];
}

/** A webhook's body of about so many bytes, and its signature. */
export function payloadOf(bytes: number, secret: string): { body: Buffer; signature: string } {
  const about = {
    action: "queued",
    workflow_job: { id: 1, run_id: 1, name: "build", conclusion: null, steps: [] as string[] },
    repository: { id: 7, name: "widget", full_name: "acme/widget", owner: { id: 1, login: "acme" } },
    installation: { id: 3 },
    sender: { id: 2, login: "bob", type: "User" },
  };
  about.workflow_job.steps = Array.from({ length: Math.floor((bytes - 400) / 43) }, (_, index) =>
    `a step of a job, number ${index} `.padEnd(40, "."),
  );
  const body = Buffer.from(JSON.stringify(about));
  return { body, signature: `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` };
}

/** Sends webhooks over so many connections, one after another on each, for so many milliseconds; each is new. */
export async function press(
  url: string,
  { body, signature }: { body: Buffer; signature: string },
  connections: number,
  milliseconds: number,
): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const ms: number[] = [];
  const began = performance.now();
  const one = async (): Promise<void> => {
    while (performance.now() - began < milliseconds) {
      const sent = performance.now();
      const status = await post(url, agent, body, signature);
      if (status !== 200 && status !== 202) throw new Error(`a webhook was answered with ${status}`);
      ms.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return { rate: ms.length / seconds, ms: ms.toSorted((first, second) => first - second) };
}

function post(url: string, agent: Agent, body: Buffer, signature: string): Promise<number> {
  return new Promise((done, failed) => {
    const headers = {
      "content-type": "application/json",
      "content-length": body.length,
      "x-github-event": "workflow_job",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": signature,
    };
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume().on("end", () => done(response.statusCode ?? 0));
    });
    sent.on("error", failed).end(body);
  });
}
