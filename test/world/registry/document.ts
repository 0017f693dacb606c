import { z } from "zod";
import { integrityOf, shasumOf } from "./tarball.ts";
import type { Publisher } from "./types.ts";

/** What npm sends to publish or stage one version (libnpmpublish, `buildMetadata`). */
export interface PublishDocument {
  name: string;
  "dist-tags": Record<string, string>;
  versions: Record<string, Record<string, unknown>>;
  _attachments: Record<string, { content_type?: string | undefined; data: string; length?: number | undefined }>;
  access?: string | null | undefined;
}

/** One version in it. */
export interface Upload {
  name: string;
  version: string;
  tag: string;
  access: "public" | "private";
  manifest: Record<string, unknown>;
  tarball: Buffer;
  /** Sigstore's bundle, where npm signed provenance. */
  bundle: unknown;
}

const form = z.looseObject({
  name: z.string().min(1),
  "dist-tags": z.record(z.string(), z.string()).default({}),
  versions: z.record(z.string(), z.record(z.string(), z.unknown())),
  _attachments: z.record(z.string(), z.looseObject({ content_type: z.string().optional(), data: z.string() })),
  access: z.string().nullish(),
});

const binary = "application/octet-stream";

/**
 * The version in a publish: the first one named, and the first attachment that is a tarball (npm's API description, `stage.yaml`).
 * Null where there is no tarball, as in a deprecation.
 */
export function uploadOf(body: Buffer): Upload | null {
  const { name, versions, access, _attachments, "dist-tags": tags } = parsed(body) ?? empty;
  const [version] = Object.keys(versions);
  const attachments = Object.values(_attachments);
  const tarball = attachments.find(({ content_type: type }) => type === undefined || type === binary);
  if (version === undefined || tarball === undefined) return null;
  const signed = attachments.find(({ content_type: type }) => type?.startsWith("application/vnd.dev.sigstore.bundle"));
  return {
    name,
    version,
    tag: Object.entries(tags).find(([, of]) => of === version)?.[0] ?? "latest",
    // npm's CLI says `restricted` for what the API description calls `private`.
    access: access === "restricted" || access === "private" ? "private" : "public",
    manifest: versions[version] ?? {},
    tarball: Buffer.from(tarball.data, "base64"),
    bundle: signed === undefined ? null : json(signed.data),
  };
}

const empty: PublishDocument = { name: "", "dist-tags": {}, versions: {}, _attachments: {} };

const parsed = (body: Buffer): z.infer<typeof form> | null => form.safeParse(json(body.toString())).data ?? null;

/** null: none. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The publish that puts an upload's very bytes into the store, with their own checksums and whoever published them. */
export function documentOf({ name, version, tag, manifest, tarball }: Upload, publisher: Publisher): PublishDocument {
  const file = `${name.split("/").at(-1)}-${version}.tgz`;
  const dist = {
    shasum: shasumOf(tarball),
    integrity: integrityOf(tarball),
    tarball: `http://127.0.0.1/${name}/-/${file}`,
  };
  return {
    name,
    "dist-tags": { [tag]: version },
    versions: { [version]: { ...manifest, name, version, _npmUser: publisher, dist } },
    _attachments: { [file]: { content_type: binary, data: tarball.toString("base64"), length: tarball.length } },
  };
}
