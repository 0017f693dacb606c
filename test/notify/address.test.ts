import { describe, expect, test } from "vitest";
import { readAddress } from "../../src/notify/address.ts";
import { isPublic } from "../../src/notify/public-address.ts";

const slack = "https://hooks.slack.com/services/T0/B0/x1";

describe("an address", () => {
  test("of Slack shows its host alone", () => {
    expect(readAddress("slack", ` ${slack}\n`, false)).toEqual({ address: slack, shown: "hooks.slack.com" });
  });

  test("of a webhook may be any public one", () => {
    const address = "https://ci.example.com:8443/in?key=1";
    expect(readAddress("webhook", address, false)).toEqual({ address, shown: "ci.example.com:8443" });
    expect(readAddress("webhook", "https://1.1.1.1/", false)).toMatchObject({ shown: "1.1.1.1" });
  });

  test("of mail is one address", () => {
    expect(readAddress("email", "ops+npm@mail.example.com", false)).toMatchObject({
      shown: "ops+npm@mail.example.com",
    });
    for (const bad of [
      "ops",
      "Ops <ops@example.com>",
      "a@b.example, c@d.example",
      "a@b\r\nBcc: c@d",
      "a b@c.example",
      "a@-b..c",
    ])
      expect(readAddress("email", bad, false)).toMatch(/one mail address/);
  });

  test.each([
    ["slack", "https://example.com/services/T0/B0/x1", /not an incoming webhook of Slack/],
    ["slack", "https://hooks.slack.com.evil.test/services/T0/B0/x1", /not an incoming webhook of Slack/],
    ["slack", "https://hooks.slack.com:8443/services/T0/B0/x1", /not an incoming webhook of Slack/],
    ["slack", "https://hooks.slack.com/services/T0/B0", /not the whole address/],
    ["slack", "http://hooks.slack.com/services/T0/B0/x1", /begin with `https/],
    ["webhook", "http://127.0.0.1/", /begin with `https/],
    ["webhook", "file:///etc/passwd", /begin with `https/],
    ["webhook", "ci.example.com", /not an address/],
    ["webhook", "", /missing/],
    ["webhook", "https://user:secret@ci.example.com/", /user or password/],
    ["webhook", "https://ci.example.com/#x", /`#`/],
    ["webhook", "https://localhost/", /private network/],
    ["webhook", "https://x.localhost./", /private network/],
    ["webhook", "https://127.0.0.1/", /private network/],
    ["webhook", "https://2130706433/", /private network/],
    ["webhook", "https://0x7f.1/", /private network/],
    ["webhook", "https://169.254.169.254/latest/meta-data", /private network/],
    ["webhook", "https://[::1]/", /private network/],
    ["webhook", "https://[::ffff:10.0.0.1]/", /private network/],
  ] as const)("%s %j is refused with a sentence", (kind, text, sentence) => {
    const problem = readAddress(kind, text, false);
    expect(problem).toMatch(sentence);
    expect(problem).not.toMatch(/secret|x1/);
  });

  test("on loopback may be plain http, and anything may play Slack, where Countersign itself is there", () => {
    expect(readAddress("slack", "http://127.0.0.1:4000/services/a", true)).toMatchObject({ shown: "127.0.0.1:4000" });
    expect(readAddress("slack", "http://127.0.0.1:4000/services/a", false)).toMatch(/begin with/);
    expect(readAddress("webhook", "http://10.0.0.1/", true)).toMatch(/begin with/);
  });
});

test("only addresses of the public internet are public", () => {
  const open = ["1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.0", "2606:4700::1111", "2a00:1450::1"];
  const closed = (
    "0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.255 169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1 192.0.0.8 " +
    "192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 " +
    "64:ff9b::7f00:1 100::1 fe80::1 fe80::1%eth0 fc00::1 fd12::1 fec0::1 ff02::1 2001::1 2001:db8::1 2002:7f00:1:: 3fff::1 x 1"
  ).split(" ");
  expect(open.filter((one) => !isPublic(one))).toEqual([]);
  expect(closed.filter(isPublic)).toEqual([]);
});
