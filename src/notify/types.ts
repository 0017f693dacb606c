import type { Message } from "../domain/message.ts";

/** A message on its way: `id` is the same at every try, `at` is when it was told. */
export interface Letter {
  id: string;
  at: Date;
  message: Message;
}

/** Where a message goes, opened for sending; never logged, never kept. */
export type Target =
  | { kind: "slack"; address: string }
  | { kind: "webhook"; address: string; /** `whsec_` and base64. */ secret: string }
  | { kind: "email"; address: string };

/** `gone`: the address is dead · `refused`: the answer is no · `unreachable`: no answer, or an error there · `limited`: not now. */
export type NotSentKind = "gone" | "refused" | "unreachable" | "limited";

/** A message that wasn't taken. The sentence is for the page: it holds no path of an address and nothing of an answer's body. */
export class NotSent extends Error {
  readonly code: NotSentKind;
  /** `limited`: seconds until another try makes sense. */
  readonly retryAfter: number | null;
  constructor(code: NotSentKind, sentence: string, retryAfter: number | null = null) {
    super(sentence);
    this.name = "NotSent";
    this.code = code;
    this.retryAfter = retryAfter;
  }
  /** Whether the same message may be taken later. */
  get again(): boolean {
    return this.code === "unreachable" || this.code === "limited";
  }
}

/** The operator's mail server. */
export interface MailSettings {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  url: string;
  /** An address, or a name with the address in angle brackets. */
  from: string;
}

/** Takes messages to where they go. */
export interface Sender {
  /** False where the operator set up no mail server. */
  readonly mail: boolean;
  /** Resolves once the other side has taken it. @throws NotSent */
  send(target: Target, letter: Letter): Promise<void>;
}
