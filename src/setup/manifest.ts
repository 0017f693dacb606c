import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import type { Answers } from "./answers.ts";

const file = z.object({
  name: z.string(),
  description: z.string(),
  public: z.boolean(),
  default_permissions: z.record(z.string(), z.enum(["read", "write"])),
  default_events: z.array(z.string()),
});

/** What is asked of GitHub: `app.yml`. */
export type AppFile = z.infer<typeof file>;

/** Reads `app.yml`, which the repository brings along. */
export function readAppFile(): AppFile {
  return file.parse(parse(readFileSync(new URL("../../app.yml", import.meta.url), "utf8")));
}

/** GitHub takes names of up to 34 characters. */
const longestName = 34;

/**
 * The manifest that GitHub registers an app from (docs, "Registering a GitHub App from a manifest"). `here`: the origin at which this
 * browser reaches us, to which GitHub sends it back.
 */
export function manifestOf(app: AppFile, { publicUrl, organisation }: Answers, here: string): Record<string, unknown> {
  return {
    // Names are taken once in all of GitHub; it can be changed on GitHub's page.
    name: [app.name, organisation ?? ""].join(" ").trim().slice(0, longestName).trim(),
    description: app.description,
    url: publicUrl,
    hook_attributes: { url: `${publicUrl}/api/github/webhooks`, active: true },
    redirect_url: `${here}/setup/registered`,
    callback_urls: [`${publicUrl}/sign-in/callback`],
    setup_url: `${publicUrl}/repositories`,
    setup_on_update: false,
    public: app.public,
    default_permissions: app.default_permissions,
    default_events: app.default_events,
    request_oauth_on_install: false,
  };
}

/** Where the manifest is sent: an organisation's settings, or a person's own. */
export function newAppUrl({ githubUrl, organisation }: Answers, state: string): string {
  const where = organisation === null ? "settings/apps/new" : `organizations/${organisation}/settings/apps/new`;
  return `${githubUrl}/${where}?state=${state}`;
}
