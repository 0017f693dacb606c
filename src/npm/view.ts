import { createHash } from "node:crypto";
import { z } from "zod";
import { RegistryError } from "./types.ts";
import type { PackageView, VersionView } from "./types.ts";

/** Longer than what npm takes for a name, an address or a range; what is longer still isn't shown. */
const text = z.string().max(2000);
const optional = <Form extends z.ZodType>(form: Form) => form.nullable().optional().catch(null);
const strings = z.record(z.string().max(300), z.unknown()).optional().catch({});

/** `_npmUser` as npm writes it (`trustedPublisher`, `approver`), or as one line, `ada <ada@example.com>`. */
const user = z.union([
  z.string().max(600).transform(oneLine),
  z.object({
    name: text,
    email: optional(text),
    trustedPublisher: optional(z.object({ id: text, oidcConfigId: optional(text) })),
    approver: optional(z.object({ name: text })),
  }),
]);

/** Each field by itself: a fault in one hides neither the others nor the version. */
const manifest = z.object({
  _npmUser: optional(user),
  gitHead: optional(z.string().regex(/^[0-9a-f]{40,64}$/)),
  scripts: strings,
  gypfile: optional(z.boolean()),
  hasInstallScript: optional(z.boolean()),
  dependencies: strings,
  dist: z
    .object({
      shasum: optional(z.string().regex(/^[0-9a-f]{40}$/i)),
      integrity: optional(text),
      unpackedSize: optional(z.int().nonnegative()),
      fileCount: optional(z.int().nonnegative()),
      attestations: optional(z.object({ provenance: z.object({ predicateType: text }) })),
    })
    .catch({}),
});

const document = z.object({
  "dist-tags": z.record(z.string(), z.unknown()).default({}),
  versions: z.record(z.string(), z.unknown()).default({}),
  time: z.record(z.string(), z.unknown()).catch({}).default({}),
});

const installing = ["preinstall", "install", "postinstall"];

/** A package's document, for whoever watches what is published: versions in its own order. */
export function packageView(body: unknown, host: string): Omit<PackageView, "etag"> {
  const read = document.safeParse(body);
  if (!read.success)
    throw new RegistryError("unexpected", `The registry ${host} answered with something that is no package document.`);
  const { versions, "dist-tags": tags, time } = read.data;
  return {
    tags: texts(tags),
    versions: Object.entries(versions).map(([version, found]) => viewOf(version, found, time[version])),
  };
}

function viewOf(version: string, found: unknown, time: unknown): VersionView {
  const { _npmUser, gitHead, scripts, gypfile, hasInstallScript, dependencies, dist } = manifest.safeParse(found)
    .data ?? { dist: {} };
  const installScripts = scriptsOf(scripts ?? {});
  const { unpackedSize, fileCount } = dist;
  const by = _npmUser?.trustedPublisher;
  return {
    version,
    publishedAt: dateOf(time),
    shasum: dist.shasum?.toLowerCase() ?? null,
    integrity: dist.integrity ?? null,
    publisher: _npmUser ? { name: _npmUser.name, email: _npmUser.email ?? null } : null,
    trustedPublisher: by ? { id: by.id, configId: by.oidcConfigId ?? null } : null,
    approver: _npmUser?.approver?.name ?? null,
    provenanceType: dist.attestations?.provenance.predicateType ?? null,
    commit: gitHead ?? null,
    installScripts,
    runsOnInstall: Object.keys(installScripts).length > 0 || gypfile === true || hasInstallScript === true,
    dependencies: texts(dependencies ?? {}),
    size:
      typeof unpackedSize === "number" && typeof fileCount === "number"
        ? { bytes: unpackedSize, files: fileCount }
        : null,
  };
}

/** What of it is a text of sane length. */
function texts(of: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries(of).filter((entry): entry is [string, string] => text.safeParse(entry[1]).success);
  return Object.fromEntries(entries);
}

/** A long script isn't left out, since it runs all the same: of it the beginning is told, and a digest of all. */
function scriptsOf(scripts: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    installing.flatMap((name) => {
      const script = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
      if (typeof script !== "string") return [];
      if (text.safeParse(script).success) return [[name, script]];
      const digest = createHash("sha256").update(script).digest("hex");
      return [[name, `${script.slice(0, 1500)}… (${script.length} characters, SHA-256 ${digest})`]];
    }),
  );
}

function dateOf(time: unknown): Date | null {
  const at = typeof time === "string" ? new Date(time) : null;
  return at === null || Number.isNaN(at.getTime()) ? null : at;
}

function oneLine(line: string): { name: string; email: string | null; trustedPublisher?: null; approver?: null } {
  const [, name, email] = /^([^<]*?)\s*(?:<([^>]*)>)?\s*$/.exec(line) ?? [];
  return { name: name ?? line, email: email ?? null };
}
