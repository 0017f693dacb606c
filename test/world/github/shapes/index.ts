/** GitHub's JSON out of the simulator's entities: pure functions, each tested against the judge. */
export * from "./apps.ts";
export * from "./entities.ts";
export * from "./environments.ts";
export * from "./git.ts";
export * from "./issues.ts";
export * from "./people.ts";
export * from "./repository.ts";
export * from "./runs.ts";
export type { Where } from "./events.ts";
export { shapesOf } from "./of-state.ts";
export * from "./site.ts";
export * as webhooks from "./webhooks.ts";
export type { Scene, Webhook } from "./scene.ts";
