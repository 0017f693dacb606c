import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Message } from "../../src/domain/message.ts";
import { createSender } from "../../src/notify/sender.ts";
import type { SenderParts } from "../../src/notify/sender.ts";
import { NotSent } from "../../src/notify/types.ts";
import type { Target } from "../../src/notify/types.ts";
import { signedHeaders, webhookSecret } from "../../src/notify/webhook.ts";
import { TestClock } from "../support/clock.ts";
import { says, startMailServer, startReceiver } from "../support/receiver.ts";
import type { Receiver } from "../support/receiver.ts";

const at = new Date("2026-11-23T09:05:00Z");
const clock = new TestClock(at);
const message: Message = {
  ...{ kind: "test", by: "alice", channel: "team", repository: "acme/widget" },
  link: "https://countersign.test/notifications",
};
const letter = { id: "msg1", at, message };

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => await receiver.close());

const sender = (more: Partial<SenderParts> = {}) => createSender({ clock, loopback: true, mail: null, ...more });
const slack = (): Target => ({ kind: "slack", address: `${receiver.url}/services/T/B/secret-part` });
const webhook = (): Target => ({
  ...{ kind: "webhook", address: `${receiver.url}/in?key=secret-part` },
  secret: webhookSecret(new Uint8Array(32).fill(5)),
});

/** Why it wasn't taken. */
async function refusal(sending: Promise<void>): Promise<NotSent> {
  const error = await sending.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof NotSent)) throw new Error("it was taken");
  expect(error.message).not.toContain("secret-part");
  return error;
}

describe("Slack and webhooks", () => {
  test("a message is posted as JSON, once", async () => {
    await sender().send(slack(), letter);
    expect(receiver.received).toHaveLength(1);
    const [{ method, path, headers, body }] = receiver.received as [Receiver["received"][number]];
    expect([method, path, headers["content-type"]]).toEqual(["POST", "/services/T/B/secret-part", "application/json"]);
    expect(JSON.parse(body)).toMatchObject({ text: expect.stringContaining("Test message") as string });
    expect(headers).not.toHaveProperty("webhook-signature");
  });

  test("a webhook's receiver can verify who sent it, and when", async () => {
    const target = webhook();
    await sender().send(target, letter);
    const [{ headers, body }] = receiver.received as [Receiver["received"][number]];
    const key = Buffer.from((target as { secret: string }).secret.slice("whsec_".length), "base64");
    const signed = createHmac("sha256", key)
      .update(`msg1.${at.getTime() / 1000}.${body}`)
      .digest("base64");
    expect(headers["webhook-id"]).toBe("msg1");
    expect(headers["webhook-timestamp"]).toBe(String(at.getTime() / 1000));
    expect(headers["webhook-signature"]).toBe(`v1,${signed}`);
  });

  test("the signature is the one of the Standard Webhooks specification's own example", () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const headers = signedHeaders(
      secret,
      "msg_p5jXN8AQM9LWM0D4loKWxJek",
      new Date(1_614_265_330_000),
      '{"test": 2432232314}',
    );
    expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  test.each([
    ["slack", 404, "no_service", "gone", /^Slack says that this address is dead \(`no_service`\)/],
    ["slack", 410, "channel_is_archived", "gone", /channel_is_archived/],
    ["slack", 403, "invalid_token", "gone", /invalid_token/],
    ["slack", 404, "<b>anything</b>", "gone", /dead \(404\)/],
    ["slack", 400, "invalid_payload", "refused", /answers 400/],
    ["webhook", 404, "", "gone", /answers 404: nothing takes messages at this address/],
    ["webhook", 410, "", "gone", /answers 410/],
    ["webhook", 403, "no_service", "refused", /answers 403/],
    ["webhook", 301, "", "refused", /redirect/],
    ["webhook", 500, "", "unreachable", /answers 500/],
    ["webhook", 408, "", "unreachable", /answers 408/],
  ] as const)("a %s that answers %i %j is %s", async (kind, status, body, code, sentence) => {
    receiver.answer = says(status, body, status === 301 ? { location: `${receiver.url}/elsewhere` } : {});
    const error = await refusal(sender().send(kind === "slack" ? slack() : webhook(), letter));
    expect([error.code, error.again]).toEqual([code, code === "unreachable"]);
    expect(error.message).toMatch(sentence);
    expect(receiver.received).toHaveLength(1);
  });

  test.each([
    ["30", 30],
    [new Date(at.getTime() + 90_000).toUTCString(), 90],
    ["", 60],
    ["soon", 60],
    ["0", 1],
    ["999999", 3_600],
  ])("429 with retry-after %j waits %i s", async (header, seconds) => {
    receiver.answer = says(429, "", { "retry-after": header });
    expect(await refusal(sender().send(slack(), letter))).toMatchObject({
      code: "limited",
      again: true,
      retryAfter: seconds,
    });
  });

  test("who doesn't answer in time, or isn't there, couldn't be reached", async () => {
    receiver.answer = () => undefined;
    const slow = await refusal(sender({ timeoutMs: 100 }).send(slack(), letter));
    expect([slow.code, slow.message]).toEqual(["unreachable", expect.stringContaining("no answer within 0.1 s")]);
    await receiver.close();
    const away = await refusal(sender().send(slack(), letter));
    expect([away.code, away.message]).toEqual(["unreachable", expect.stringContaining("the connection was refused")]);
  });

  test("an endless answer isn't waited for", async () => {
    receiver.answer = (response) => {
      response.writeHead(200);
      const more = (): void => void (response.destroyed || (response.write("x".repeat(1_000)), setImmediate(more)));
      more();
    };
    await sender({ timeoutMs: 2_000 }).send(slack(), letter);
  });
});

describe("a name that leads into a private network", () => {
  const leadsTo = (...addresses: string[]): Partial<SenderParts> => ({
    loopback: false,
    resolve: (_host, found) =>
      found(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      ),
  });
  const target: Target = { kind: "slack", address: "https://hooks.slack.com/services/T/B/secret-part" };

  test.each([[["127.0.0.1"]], [["10.0.0.7"]], [["169.254.169.254"]], [["::1"]], [["8.8.8.8", "192.168.0.1"]]])(
    "is not sent to: %j",
    async (addresses) => {
      const error = await refusal(sender(leadsTo(...addresses)).send(target, letter));
      expect([error.code, error.message]).toEqual(["refused", expect.stringContaining("inside a private network")]);
    },
  );

  test("nor is an address that was written out, or changed since it was added", async () => {
    const error = await refusal(sender({ loopback: false }).send(webhook(), letter));
    expect(error.code).toBe("refused");
    expect(receiver.received).toEqual([]);
  });

  test("is looked up once: the connection goes to what was looked at", async () => {
    let asked = 0;
    const resolve: SenderParts["resolve"] = (_host, found) => {
      asked += 1;
      found(null, [{ address: "127.0.0.1", family: 4 }]);
    };
    const port = new URL(receiver.url).port;
    await sender({ resolve }).send({ kind: "slack", address: `http://somewhere.test:${port}/services/x` }, letter);
    expect([asked, receiver.received.length]).toEqual([1, 1]);
    expect(receiver.received[0]?.headers.host).toBe(`somewhere.test:${port}`);
  });
});

describe("mail", () => {
  const to: Target = { kind: "email", address: "ops@example.com" };
  const from = "Countersign <countersign@acme.test>";
  const mailing = (port: number, user = "") =>
    sender({ mail: { url: `smtp://${user}127.0.0.1:${port}`, from }, timeoutMs: 500 });

  test("goes to one address, as text and HTML, and says that a program sent it", async () => {
    const server = await startMailServer();
    await mailing(server.port).send(to, letter);
    await server.close();
    const [{ raw, ...envelope }] = server.letters as [(typeof server.letters)[number]];
    expect(envelope).toEqual({ from: "countersign@acme.test", to: ["ops@example.com"] });
    for (const line of [
      /^Subject: Test message from Countersign\r$/m,
      /^Auto-Submitted: auto-generated\r$/m,
      /text\/plain/,
      /text\/html/,
    ])
      expect(raw).toMatch(line);
  });

  test("signs in with the user and password of SMTP_URL", async () => {
    const seen: string[] = [];
    const server = await startMailServer({
      ...{ authOptional: false, allowInsecureAuth: true },
      onAuth: ({ username, password }, _session, done) => {
        seen.push(`${username} ${password}`);
        done(null, { user: "x" });
      },
    });
    await mailing(server.port, "me%40acme:p%2Fw@").send(to, letter);
    await server.close();
    expect(seen).toEqual(["me@acme p/w"]);
  });

  test("a server that refuses has its sentence, and quotes nothing", async () => {
    const no = (status: number) => Object.assign(new Error("secret-part"), { responseCode: status });
    const refusing = async (options: Parameters<typeof startMailServer>[0], user = ""): Promise<NotSent> => {
      const server = await startMailServer(options);
      const error = await refusal(mailing(server.port, user).send(to, letter));
      await server.close();
      return error;
    };
    const address = await refusing({ onRcptTo: (_to, _session, done) => done(no(550)) });
    expect([address.code, address.message]).toEqual(["refused", expect.stringContaining("refuses the message (550)")]);
    const later = await refusing({ onRcptTo: (_to, _session, done) => done(no(451)) });
    expect([later.code, later.message]).toEqual(["unreachable", expect.stringContaining("(451)")]);
    const user = await refusing(
      { authOptional: false, allowInsecureAuth: true, onAuth: (_auth, _session, done) => done(no(535)) },
      "me:wrong@",
    );
    expect([user.code, user.message]).toEqual(["unreachable", expect.stringContaining("`SMTP_URL`")]);
  });

  test("a server that is away couldn't be reached; without one nothing is sent", async () => {
    const server = await startMailServer();
    await server.close();
    expect((await refusal(mailing(server.port).send(to, letter))).code).toBe("unreachable");
    expect((await refusal(sender().send(to, letter))).message).toContain("No mail server is set up");
  });
});
