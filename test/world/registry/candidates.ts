import { randomUUID } from "node:crypto";
import type { Upload } from "./document.ts";
import { shasumOf } from "./tarball.ts";
import type { Publisher } from "./types.ts";

/** A version that was handed in and isn't public. */
export interface Candidate {
  id: string;
  upload: Upload;
  /** Who handed it in. */
  publisher: Publisher;
  createdAt: Date;
  /** What npm says its checksum is; another one than that of its bytes only where a test made it so. */
  shasum: string;
  /**
   * `validating`: npm's checks aren't through, and it can't be approved (npm/cli 9898). `blocked`: they failed. `live`: it was
   * published or approved, and becomes public when the checks are through; it is no stage any more.
   */
  status: "staged" | "validating" | "blocked";
  live: boolean;
}

/** What the registry tells of a stage (npm's API description, `stage.yaml`; `status` since npm/cli 9898). */
export interface StageItem {
  id: string;
  packageName: string;
  version: string;
  tag: string;
  createdAt: string;
  actor: string;
  actorType: "user" | "trusted automation";
  access: "public" | "private";
  shasum: string;
  status: Candidate["status"];
}

/** Versions between the hand-in and the public, one for each package and version. */
export class Candidates {
  readonly #all = new Map<string, Candidate>();

  add(upload: Upload, publisher: Publisher, createdAt: Date, live: boolean): Candidate {
    const shasum = shasumOf(upload.tarball);
    const made: Candidate = { id: randomUUID(), upload, publisher, createdAt, shasum, status: "staged", live };
    this.#all.set(made.id, made);
    return made;
  }

  of(name: string, version: string): Candidate | null {
    return [...this.#all.values()].find(({ upload }) => upload.name === name && upload.version === version) ?? null;
  }

  /** One that waits for somebody to approve or reject it. */
  stage(id: string): Candidate | null {
    const found = this.#all.get(id);
    return found === undefined || found.live ? null : found;
  }

  /** Those that wait, the last first (npm's API description). */
  stages(): Candidate[] {
    return [...this.#all.values()].filter(({ live }) => !live).toReversed();
  }

  remove({ id }: Candidate): void {
    this.#all.delete(id);
  }
}

export function itemOf({ id, upload, publisher, createdAt, shasum, status }: Candidate): StageItem {
  return {
    id,
    packageName: upload.name,
    version: upload.version,
    tag: upload.tag,
    createdAt: createdAt.toISOString(),
    actor: publisher.name,
    actorType: publisher.trustedPublisher === undefined ? "user" : "trusted automation",
    access: upload.access,
    shasum,
    status,
  };
}
