import type { Account, Json, Repository } from "./entities.ts";
import { user } from "./people.ts";
import { organizationOf, repository } from "./repository.ts";
import { nodeId, type Site } from "./site.ts";

/** A webhook as it is to be sent: the event's name for the header, and the payload (which repeats the action). */
export interface Webhook {
  event: string;
  /** Null where the event has none. */
  action: string | null;
  payload: Json;
}

/** What surrounds every event of a repository. */
export interface Scene {
  site: Site;
  repository: Repository;
  sender: Account;
  /** Null: sent by a hook that isn't an app's. */
  installationId: number | null;
}

/** The fields that every event of a repository has. */
export function around({ site, repository: of, sender, installationId }: Scene): Json {
  return {
    repository: repository(site, of),
    ...organizationOf(site, of),
    ...installationLine(installationId),
    sender: user(site, sender),
  };
}

export function installationLine(id: number | null): Json {
  return id === null ? {} : { installation: { id, node_id: nodeId("IntegrationInstallation", id) } };
}

export function webhook(event: string, action: string, payload: Json): Webhook {
  return { event, action, payload: { action, ...payload } };
}
