import type { ApiVisit } from "../visit.ts";

/** Who answers here: all that a program needs to know before anybody signs in. */
export function sayAbout({ parts: { about, publicUrl } }: ApiVisit) {
  return Promise.resolve({ name: "Countersign" as const, ...about, publicUrl });
}
