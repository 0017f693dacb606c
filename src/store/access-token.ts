import sodium from "libsodium-wrappers";

await sodium.ready;

/** A key and the name it is known by; the name is stored beside what it sealed, so that keys can be changed. */
export interface SealingKey {
  id: string;
  /** 32 bytes. */
  key: Uint8Array;
}

/** Encrypts the access tokens of people's sessions at rest (libsodium's secretbox). */
export interface Sealer {
  seal(text: string): { keyId: string; sealed: string };
  /** Null where the key is gone or the text was changed. */
  open(keyId: string, sealed: string): string | null;
}

/**
 * A sealer whose first key encrypts, and all of whose keys decrypt.
 * @throws RangeError where there is no key, one is not 32 bytes long, or two have one id
 */
export function createSealer(keys: readonly SealingKey[]): Sealer {
  const [first] = keys;
  if (first === undefined) throw new RangeError("At least one key is needed.");
  for (const { id, key } of keys) {
    if (key.length !== sodium.crypto_secretbox_KEYBYTES) throw new RangeError(`The key ${id} must be 32 bytes long.`);
    if (keys.filter((other) => other.id === id).length > 1) throw new RangeError(`The key id ${id} is there twice.`);
  }
  return {
    seal(text) {
      const nonce = sodium.randombytes_buf(sodium.crypto_secretbox_NONCEBYTES);
      const box = sodium.crypto_secretbox_easy(sodium.from_string(text), nonce, first.key);
      return { keyId: first.id, sealed: Buffer.concat([nonce, box]).toString("base64") };
    },
    open(keyId, sealed) {
      const known = keys.find(({ id }) => id === keyId);
      return known === undefined ? null : openWith(known.key, Buffer.from(sealed, "base64"));
    },
  };
}

function openWith(key: Uint8Array, bytes: Uint8Array): string | null {
  const nonce = bytes.subarray(0, sodium.crypto_secretbox_NONCEBYTES);
  try {
    return sodium.to_string(sodium.crypto_secretbox_open_easy(bytes.subarray(nonce.length), nonce, key));
  } catch {
    return null;
  }
}
