/** A key that encrypts people's sessions, and its name; printing, logging or serialising it shows the name alone. */
export class SealingKey {
  readonly id: string;
  readonly #key: Uint8Array;
  constructor(id: string, key: Uint8Array) {
    this.id = id;
    this.#key = key;
  }
  /** 32 bytes. */
  get key(): Uint8Array {
    return this.#key;
  }
}

/** Reads `id:base64`; null where it isn't that, or not 32 bytes. */
export function readSealingKey(text: string): SealingKey | null {
  const [, id = "", value = ""] = /^([\w-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(text.trim()) ?? [];
  return id === "" ? null : new SealingKey(id, new Uint8Array(Buffer.from(value, "base64")));
}
