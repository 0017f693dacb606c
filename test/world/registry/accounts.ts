import { createHash, randomBytes, randomInt, randomUUID } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { tokenChecksum } from "../../../src/domain/npm-token.ts";
import type { JobIdentity } from "./trust.ts";

export interface Token {
  /** npm's id of it. */
  key: string;
  created: Date;
  owner: string;
  packages: string[];
  expiresAt: Date;
  bypass2fa: boolean;
  readOnly: boolean;
  /** npm's "Read and write (stage only)": stages versions and doesn't publish them (GitHub's changelog, 2026-09-18). */
  stageOnly: boolean;
  /** Of `npm login`, by a person at a machine, and not a granular one. */
  session: boolean;
  /** The job that it was given to for its OIDC token; null: it is a person's. */
  job: JobIdentity | null;
}

export interface Account {
  name: string;
  /** How npm asks for the second factor; null: never. */
  tfa: "totp" | "web" | null;
  secret: Secret;
  used: Set<string>;
  recovery: Set<string>;
  /** When wrong codes were given. */
  wrong: Date[];
}

/** After this many wrong codes npm answers 429; here for five minutes. */
const wrongAllowed = 5;
const limitMs = 5 * 60_000;

interface WebChallenge {
  id: string;
  account: string;
  what: string;
  token: string | null;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const random = (length: number): string =>
  [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join("");

/** Who there is at npm, which tokens live, and what was proven. Codes are good once (RFC 6238, 5.2). */
export class Accounts {
  readonly accounts = new Map<string, Account>();
  readonly tokens = new Map<string, Token>();
  readonly challenges = new Map<string, WebChallenge>();
  readonly #proofs = new Map<string, string>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  add(name: string, tfa: Account["tfa"]): Account {
    const recovery = new Set(Array.from({ length: 3 }, () => randomBytes(32).toString("hex")));
    const account: Account = { name, tfa, secret: new Secret({ size: 20 }), used: new Set(), recovery, wrong: [] };
    this.accounts.set(name, account);
    return account;
  }

  /** A recovery code more. */
  recoveryOf(name: string): string {
    const account = this.accounts.get(name);
    if (account === undefined) throw new Error(`There is no npm account ${name}.`);
    const code = randomBytes(32).toString("hex");
    account.recovery.add(code);
    return code;
  }

  code(account: Account): string {
    return new TOTP({ secret: account.secret }).generate({ timestamp: this.#now().getTime() });
  }

  issue(owner: string, of: Partial<Omit<Token, "owner" | "key" | "created">>): string {
    const body = random(30);
    const value = `npm_${body}${tokenChecksum(body)}`;
    this.tokens.set(value, {
      ...{ key: randomUUID(), created: this.#now() },
      owner,
      packages: of.packages ?? [],
      expiresAt: of.expiresAt ?? new Date(this.#now().getTime() + 30 * 86_400_000),
      bypass2fa: of.bypass2fa ?? false,
      readOnly: of.readOnly ?? false,
      stageOnly: of.stageOnly ?? false,
      session: of.session ?? false,
      job: of.job ?? null,
    });
    return value;
  }

  live(value: string): Token | null {
    const token = this.tokens.get(value);
    return token === undefined || token.expiresAt <= this.#now() ? null : token;
  }

  /** What npm makes of a one-time password: `limited` after five wrong ones. */
  prove(account: Account, otp: string, again = false): "right" | "wrong" | "limited" {
    const now = this.#now();
    account.wrong = account.wrong.filter((at) => now.getTime() - at.getTime() < limitMs);
    if (account.wrong.length >= wrongAllowed) return "limited";
    if (this.#takes(account, otp, again)) {
      account.wrong = [];
      return "right";
    }
    account.wrong.push(now);
    return "wrong";
  }

  /** `again`: an answer may be given more than once while it lasts, but for recovery codes. */
  #takes(account: Account, otp: string, again: boolean): boolean {
    if (account.recovery.delete(otp)) return true;
    if (this.#proofs.get(otp) === account.name) return again || this.#proofs.delete(otp);
    if (account.tfa !== "totp" || (!again && account.used.has(otp)) || !this.#fits(account, otp)) return false;
    account.used.add(otp);
    return true;
  }

  #fits(account: Account, otp: string): boolean {
    const totp = new TOTP({ secret: account.secret });
    return totp.validate({ token: otp, timestamp: this.#now().getTime(), window: 1 }) !== null;
  }

  /** A code of the right form that doesn't fit now. */
  wrongCode(account: Account): string {
    for (;;) {
      const code = String(randomInt(1_000_000)).padStart(6, "0");
      if (!this.#fits(account, code)) return code;
    }
  }

  /** A web challenge that waits for the person. */
  challenge(account: Account, what: string): WebChallenge {
    const challenge = { id: randomUUID(), account: account.name, what, token: null };
    this.challenges.set(challenge.id, challenge);
    return challenge;
  }

  /** The person touches the key: the challenge turns into a proof that is good once. */
  confirm(id: string): boolean {
    const challenge = this.challenges.get(id);
    if (challenge === undefined || challenge.token !== null) return false;
    challenge.token = random(16);
    this.#proofs.set(challenge.token, challenge.account);
    return true;
  }
}

export const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
