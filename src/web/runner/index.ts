import { Hono } from "hono";
// placeholder until the runner's API lands
export function createIdTokenVerifier(_: unknown): unknown {
  return null;
}
export function createRunnerRoutes(_: unknown): Hono {
  return new Hono();
}
