import { z } from "zod";
import { oddityCodes } from "../../../domain/out-of-band/types.ts";
import { time } from "./shared.ts";

/** Something that happened to a package at its registry without a release. */
export const sighting = z
  .object({
    id: z.string(),
    repositoryId: z.number(),
    package: z.string(),
    version: z.string(),
    what: z.enum(["published", "tag-moved", "unpublished"]),
    /** npm user; null: the registry names none. */
    publisher: z.string().nullable(),
    publishedAt: z.string().nullable(),
    shasum: z.string().nullable(),
    /** dist-tags that pointed at it when it was noticed. */
    tags: z.array(z.string()),
    /** `noticed`: it is being looked into. `odd`: people were called. `expected`: the policy said so. */
    verdict: z.enum(["noticed", "odd", "expected"]),
    /** Sentences whose values stand in backticks. */
    oddities: z.array(z.object({ code: z.enum(oddityCodes), text: z.string() })),
    expectedWhy: z.string().nullable(),
    seenAt: time,
    /** null: nobody has said that it was one of them. */
    acknowledgedAt: time.nullable(),
    acknowledgedByLogin: z.string().nullable(),
  })
  .meta({ id: "Sighting" });

/** A package whose registry is looked at. */
export const watch = z.object({
  package: z.string(),
  /** null: it wasn't looked at yet. */
  lookedAt: time.nullable(),
  nextAt: time,
  lastError: z.string().nullable(),
});

export const acknowledged = z.object({ sightings: z.array(sighting) });
