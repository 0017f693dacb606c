import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { blake2b } from "@noble/hashes/blake2.js";

/**
 * libsodium's `crypto_box_seal` (X25519, XSalsa20-Poly1305, nonce = BLAKE2b-192 of both public keys), as GitHub wants secrets
 * sealed. WebCrypto does the X25519, so that it runs in Node and in a page whose policy forbids WebAssembly.
 */
export interface KeyPair {
  /** Base64 of the raw 32 bytes. */
  publicKey: string;
  /** Can't be exported: it ends with the process. */
  privateKey: CryptoKey;
}

type Bytes = Uint8Array<ArrayBuffer>;

const keyLength = 32;
const tagLength = 16;
/** "expand 32-byte k", as Salsa20 begins its state. */
const sigma = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574);

/** A key pair for one use. */
export async function generateKeyPair(): Promise<KeyPair> {
  const { publicKey, privateKey } = await newPair();
  return { publicKey: toBase64(await rawKey(publicKey)), privateKey };
}

/**
 * Seals a text (its UTF-8) or bytes so that only the holder of the private key can read them: base64 of 48 bytes more.
 * @throws Error where the key isn't base64 of 32 bytes, or is one that leads to no secret
 */
export async function seal(content: string | Uint8Array, publicKeyBase64: string): Promise<string> {
  const recipient = readPublicKey(publicKeyBase64);
  const ephemeral = await newPair();
  const sender = await rawKey(ephemeral.publicKey);
  const box = await cipher(ephemeral.privateKey, recipient, sender, recipient);
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return toBase64(join(sender, box.encrypt(bytes) as Bytes));
}

/**
 * Opens what was sealed to this key pair.
 * @throws Error where it was sealed to another key or changed since; its sentence repeats nothing of it
 */
export async function open(sealedBase64: string, keyPair: KeyPair): Promise<string> {
  const sealed = fromBase64(sealedBase64);
  if (sealed === null || sealed.length < keyLength + tagLength) throw new Error("This is not a sealed box.");
  const sender = sealed.slice(0, keyLength);
  const recipient = readPublicKey(keyPair.publicKey);
  try {
    const box = await cipher(keyPair.privateKey, sender, sender, recipient);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(box.decrypt(sealed.slice(keyLength)));
  } catch {
    throw new Error("The sealed box doesn't open: it was sealed to another key, or changed.");
  }
}

/** The raw 32 bytes of a base64 public key. @throws Error where it isn't one */
export function readPublicKey(base64: string): Bytes {
  const bytes = fromBase64(base64);
  if (bytes?.length !== keyLength) throw new Error("This is not a public key: 32 bytes in base64 are.");
  return bytes;
}

async function cipher(privateKey: CryptoKey, publicKey: Bytes, sender: Bytes, recipient: Bytes) {
  const imported = await crypto.subtle.importKey("raw", publicKey, "X25519", false, []);
  const bits = await crypto.subtle.deriveBits({ name: "X25519", public: imported }, privateKey, 256);
  const key = new Uint8Array(keyLength);
  writeWords(key, hash(readWords(new Uint8Array(bits))));
  return xsalsa20poly1305(key, blake2b(join(sender, recipient), { dkLen: 24 }));
}

/** NaCl's beforenm: HSalsa20 of the shared secret under an empty nonce. */
function hash(shared: Uint32Array): Uint32Array {
  const out = new Uint32Array(8);
  hsalsa(sigma, shared, new Uint32Array(4), out);
  return out;
}

function readWords(bytes: Bytes): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(at * 4, true));
}

function writeWords(bytes: Bytes, words: Uint32Array): void {
  const view = new DataView(bytes.buffer);
  words.forEach((word, at) => view.setUint32(at * 4, word, true));
}

async function newPair(): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey("X25519", false, ["deriveBits"])) as CryptoKeyPair;
}

async function rawKey(key: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", key));
}

function join(first: Uint8Array, second: Uint8Array): Bytes {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Null where it isn't base64 in its one proper form. */
function fromBase64(text: string): Bytes | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : null;
}
