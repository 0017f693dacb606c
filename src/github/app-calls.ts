import { z } from "zod";
import type { Repository } from "../domain/release-types.ts";
import { call } from "./call.ts";
import type { CallParts } from "./call.ts";
import { instant, read } from "./read.ts";
import { repositoryShape, toRepository } from "./repository.ts";
import { GitHubError } from "./types.ts";
import type { Delivery, GitHubApp, Installation } from "./types.ts";

const installationList = z.array(
  z.object({
    id: z.number(),
    account: z.object({ login: z.string().optional() }).nullable(),
    suspended_at: z.string().nullish(),
  }),
);
const installationShape = z.object({
  id: z.number(),
  account: z.object({ login: z.string().optional() }).nullable(),
  suspended_at: z.string().nullish(),
  permissions: z.record(z.string(), z.string()).default({}),
});
const repositoryList = z.object({ repositories: z.array(repositoryShape) });
const deliveryList = z.array(
  z.object({
    id: z.number(),
    guid: z.string(),
    delivered_at: instant,
    redelivery: z.boolean(),
    status_code: z.number(),
    event: z.string(),
  }),
);
/** Pages of a hundred that are read at most. */
const mostPages = 50;

type AppCalls = Pick<
  GitHubApp,
  "installations" | "installation" | "installationRepositories" | "deliveries" | "redeliver"
>;

/** What the app asks in its own name (JWT), and each installation's repositories (OpenAPI category apps). */
export function appCalls(app: CallParts, installation: (id: number) => CallParts): AppCalls {
  return {
    async installations() {
      const found: Awaited<ReturnType<GitHubApp["installations"]>> = [];
      for (let page = 1; page <= mostPages; page += 1) {
        const { data } = await call(app, "installations", "GET /app/installations", { per_page: 100, page });
        const list = read(installationList, "installations", data);
        for (const { id, account, suspended_at } of list)
          found.push({ id, account: account?.login ?? "", suspended: (suspended_at ?? null) !== null });
        if (list.length < 100) break;
      }
      return found;
    },
    installation: async (id) => await oneInstallation(app, id),
    async installationRepositories(id) {
      const found: Repository[] = [];
      for (let page = 1; page <= mostPages; page += 1) {
        const { data } = await call(installation(id), "installationRepositories", "GET /installation/repositories", {
          per_page: 100,
          page,
        });
        const { repositories } = read(repositoryList, "installationRepositories", data);
        found.push(...repositories.map((one) => toRepository(one, id)));
        if (repositories.length < 100) break;
      }
      return found;
    },
    deliveries: async (since) => await deliveries(app, since),
    async redeliver(id) {
      await call(app, "redeliver", "POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: id });
    },
  };
}

async function oneInstallation(app: CallParts, id: number): Promise<Installation | null> {
  try {
    const route = "GET /app/installations/{installation_id}";
    const { data } = await call(app, "installation", route, { installation_id: id });
    const said = read(installationShape, "installation", data);
    const suspended = (said.suspended_at ?? null) !== null;
    return { id: said.id, account: said.account?.login ?? "", suspended, permissions: said.permissions };
  } catch (error) {
    // Asked with the app's own key: a 404 is about the installation, and about nothing else.
    if (error instanceof GitHubError && error.code === "not-found") return null;
    throw error;
  }
}

/** After three days without us a busy organisation has many. */
const mostDeliveryPages = 1_000;

/** GitHub lists them newest first and pages by a cursor, so reading ends at the first that is too old. */
async function deliveries(app: CallParts, since: Date): Promise<Delivery[]> {
  const found: Delivery[] = [];
  let cursor: string | null = null;
  for (let page = 1; page <= mostDeliveryPages; page += 1) {
    const answer: Awaited<ReturnType<typeof call>> = await call(app, "deliveries", "GET /app/hook/deliveries", {
      per_page: 100,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const one of read(deliveryList, "deliveries", answer.data)) {
      if (one.delivered_at < since) return found;
      found.push({
        id: one.id,
        guid: one.guid,
        deliveredAt: one.delivered_at,
        ok: one.status_code >= 200 && one.status_code < 300,
        event: one.event,
        redelivery: one.redelivery,
      });
    }
    cursor = answer.cursor;
    if (cursor === null) return found;
  }
  return found;
}
