import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Files that pages load, by name, with the hash that is in their address. */
export interface Assets {
  hash: string;
  files: ReadonlyMap<string, AssetFile>;
}

/** One file, also compressed. */
export interface AssetFile {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
  gzipped: Uint8Array<ArrayBuffer>;
}

const types: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** Where `ensureAssets` puts what it builds. */
export const assetsFolder = join(import.meta.dirname, "..", "..", "generated", "assets");

/**
 * Reads the built files into memory.
 * @throws Error with what to do where they weren't built
 */
export function loadAssets(folder: string = assetsFolder): Assets {
  let hash: string;
  try {
    hash = readFileSync(join(folder, "current"), "utf8").trim();
  } catch (cause) {
    throw new Error("The pages' scripts and styles aren't built: run `npm run build`.", { cause });
  }
  const inside = join(folder, hash);
  return {
    hash,
    files: new Map(readdirSync(inside).map((name) => [name, assetFile(name, readFileSync(join(inside, name)))])),
  };
}

/** A file as it is served, by the ending of its name. */
export function assetFile(name: string, read: Uint8Array): AssetFile {
  const type = types[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  return { type, bytes: new Uint8Array(read), gzipped: new Uint8Array(gzipSync(read, { level: 9 })) };
}

/** Address of a file for a page; the hash makes it good for ever. */
export function assetPath(assets: Assets, name: string): string {
  if (!assets.files.has(name)) throw new Error(`There is no asset ${name}.`);
  return `/assets/${assets.hash}/${name}`;
}

/** Answers a request for a file; null where it isn't there (any more). */
export function serveAsset(assets: Assets, hash: string, name: string, acceptEncoding: string): Response | null {
  const file = hash === assets.hash ? assets.files.get(name) : undefined;
  return file === undefined ? null : serveFile(file, acceptEncoding);
}

/** Answers with a file whose address changes when it does. */
export function serveFile(file: AssetFile, acceptEncoding: string): Response {
  const gzip = /\bgzip\b/.test(acceptEncoding);
  return new Response(gzip ? file.gzipped : file.bytes, {
    headers: {
      "content-type": file.type,
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
      ...(gzip ? { "content-encoding": "gzip" } : {}),
    },
  });
}
