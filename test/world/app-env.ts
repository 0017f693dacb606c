import type { Cast } from "./cast.ts";

/** The app's environment variables in this world, but for its database. */
export function appEnv(
  { github, runner, registry }: { github: { url: string }; runner: { issuer: string }; registry: { url: string } },
  { app }: Cast,
  publicUrl: string,
): Record<string, string> {
  return {
    PUBLIC_URL: publicUrl,
    PORT: new URL(publicUrl).port,
    GITHUB_URL: github.url,
    OIDC_ISSUER: runner.issuer,
    APP_ID: String(app.id),
    PRIVATE_KEY: app.privateKey,
    CLIENT_ID: app.clientId,
    CLIENT_SECRET: app.clientSecret,
    WEBHOOK_SECRET: app.webhookSecret,
    NPM_REGISTRY: registry.url,
  };
}
