/** The schemas of what goes over the wire at `/api/v1`, by subject. */
export * from "./schemas/channels.ts";
export * from "./schemas/doctor.ts";
export * from "./schemas/records.ts";
export * from "./schemas/releases.ts";
export * from "./schemas/repositories.ts";
export * from "./schemas/sessions.ts";
export * from "./schemas/set-up.ts";
export { acknowledged } from "./schemas/sightings.ts";
export * from "./schemas/stops.ts";
export { problem } from "./schemas/shared.ts";
export * from "./schemas/tokens.ts";
