import { endAuthorization } from "./handlers/tokens.ts";
import type { Core } from "./core.ts";
import type {
  AppState,
  InstallationState,
  OrganizationState,
  RepositoryState,
  Role,
  TeamState,
  UserState,
} from "./state.ts";
import type { Webhook } from "./shapes/index.ts";
import type { Webhooks } from "./webhooks.ts";

type Action = "added" | "removed";

/** What owners do to installations, repositories, teams and people, with the webhooks that apps get for it. */
export class Owners {
  readonly #core: Core;
  readonly #hooks: Webhooks;

  constructor(core: Core, hooks: Webhooks) {
    this.#core = core;
    this.#hooks = hooks;
  }

  suspend(installation: InstallationState, by: UserState): void {
    installation.suspendedAt = this.#core.now();
    this.#tellInstallation(installation, "suspend", by);
  }

  unsuspend(installation: InstallationState, by: UserState): void {
    installation.suspendedAt = null;
    this.#tellInstallation(installation, "unsuspend", by);
  }

  /** The app's tokens die with the installation. */
  uninstall(installation: InstallationState, by: UserState): void {
    this.#core.state.installations.delete(installation.id);
    for (const [token, { installationId }] of this.#core.state.installationTokens)
      if (installationId === installation.id) this.#core.state.installationTokens.delete(token);
    this.#tellInstallation(installation, "deleted", by);
  }

  /** The account grants what the app asks for by now. */
  acceptPermissions(installation: InstallationState, by: UserState): void {
    delete installation.permissions;
    this.#tellInstallation(installation, "new_permissions_accepted", by);
  }

  /**
   * The app's owner takes permissions away, which needs nobody's consent and sends no webhook (docs, "Modifying a GitHub App
   * registration": only additions are accepted by each account).
   */
  shrinkPermissions(installation: InstallationState, names: string[]): void {
    const app = this.#core.state.apps.get(installation.appId);
    const all = Object.entries(installation.permissions ?? app?.permissions ?? {});
    installation.permissions = Object.fromEntries(all.filter(([name]) => !names.includes(name)));
    this.#core.changed();
  }

  /** A second key of an app; its private half. */
  addKey(app: AppState): string {
    const { publicKey, privateKey } = this.#core.newKeyPair();
    app.otherKeys = [...(app.otherKeys ?? []), app.publicKey];
    app.publicKey = publicKey;
    return privateKey;
  }

  /** All keys but the newest are deleted. */
  deleteOldKeys(app: AppState): void {
    app.otherKeys = [];
  }

  setRepositories(installation: InstallationState, action: Action, some: RepositoryState[], by: UserState): void {
    for (const { id } of some) {
      if (action === "added") installation.repositoryIds.add(id);
      else installation.repositoryIds.delete(id);
    }
    const make = this.#core.shapes.webhook.installationRepositories(action, installation, some, by.id);
    this.#sendTo(installation, make);
  }

  rename(repository: RepositoryState, name: string, by: UserState): void {
    const from = repository.name;
    this.#core.remember(repository);
    repository.name = name;
    this.#tellRepository(repository, by, { action: "renamed", from });
  }

  /** All its repositories have another address after that. */
  renameOrganization(organization: OrganizationState, login: string, by: UserState): void {
    const from = organization.user.login;
    const orgId = organization.user.id;
    for (const one of this.#core.state.repositories.values()) if (one.ownerId === orgId) this.#core.remember(one);
    organization.user.login = login;
    const { webhook } = this.#core.shapes;
    this.#hooks.emitIn(orgId, (id) => webhook.organizationRenamed(from, orgId, by.id, id));
    this.#core.changed();
  }

  /**
   * Another owner gets the repository. `into`: where the app is installed there, and gets it; the former installation hears that it
   * has lost it where there is none (unverified: GitHub documents neither).
   */
  transfer(
    repository: RepositoryState,
    to: OrganizationState | UserState,
    into: InstallationState | null,
    by: UserState,
  ): void {
    this.#core.remember(repository);
    const fromId = repository.ownerId;
    repository.ownerId = "user" in to ? to.user.id : to.id;
    for (const one of this.#core.state.installations.values()) {
      if (!one.repositoryIds.has(repository.id) || one === into) continue;
      if (into === null) this.setRepositories(one, "removed", [repository], by);
      one.repositoryIds.delete(repository.id);
    }
    into?.repositoryIds.add(repository.id);
    const { webhook } = this.#core.shapes;
    this.#hooks.emit(repository, by.id, (where) => webhook.repositoryTransferred(where, fromId));
    this.#core.changed();
  }

  setArchived(repository: RepositoryState, archived: boolean, by: UserState): void {
    repository.archived = archived;
    this.#tellRepository(repository, by, { action: archived ? "archived" : "unarchived" });
  }

  /** GitHub ignores an environment's rules and secrets after that on plans that lack them; this one doesn't. */
  setPrivate(repository: RepositoryState, isPrivate: boolean, by: UserState): void {
    repository.private = isPrivate;
    this.#tellRepository(repository, by, { action: isPrivate ? "privatized" : "publicized" });
  }

  delete(repository: RepositoryState, by: UserState): void {
    this.#tellRepository(repository, by, { action: "deleted" });
    this.#core.state.repositories.delete(repository.id);
    for (const one of this.#core.state.installations.values()) one.repositoryIds.delete(repository.id);
    this.#core.changed();
  }

  /** Null takes the collaborator away. */
  setCollaborator(repository: RepositoryState, user: UserState, role: Role | null, by: UserState): void {
    const before = repository.collaborators.get(user.id);
    if (role === null) repository.collaborators.delete(user.id);
    else repository.collaborators.set(user.id, role);
    const action = role === null ? "removed" : before === undefined ? "added" : "edited";
    const told = action === "edited" ? before : role;
    const { webhook } = this.#core.shapes;
    this.#hooks.emit(repository, by.id, (where) => webhook.member(where, action, user.id, plain(told ?? "read")));
    this.#core.changed();
  }

  setTeamMember(team: TeamState, user: UserState, action: Action, by: UserState): void {
    if (action === "added") team.members.add(user.id);
    else team.members.delete(user.id);
    const { webhook } = this.#core.shapes;
    this.#hooks.emitIn(team.orgId, (id) => webhook.membership(action, team, user.id, by.id, id));
    this.#core.changed();
  }

  /** Whoever leaves an organisation leaves its teams. */
  removeMember(organization: OrganizationState, user: UserState, by: UserState): void {
    organization.members.delete(user.id);
    for (const team of organization.teams) if (team.members.has(user.id)) this.setTeamMember(team, user, "removed", by);
    const { webhook } = this.#core.shapes;
    const orgId = organization.user.id;
    this.#hooks.emitIn(orgId, (id) => webhook.organizationMember("member_removed", orgId, user.id, by.id, id));
    this.#core.changed();
  }

  /** A person ends their sign-in to an app in their settings. */
  revokeAuthorization(app: AppState, user: UserState): void {
    endAuthorization(this.#core, user.id, app.id);
    this.#hooks.send(app, this.#core.shapes.webhook.authorizationRevoked(user.id), null, null);
  }

  #tellInstallation(
    installation: InstallationState,
    action: "deleted" | "suspend" | "unsuspend" | "new_permissions_accepted",
    by: UserState,
  ): void {
    const some = [...installation.repositoryIds].flatMap((id) => this.#core.state.repositories.get(id) ?? []);
    this.#sendTo(installation, this.#core.shapes.webhook.installation(action, installation, some, by.id));
    this.#core.changed();
  }

  #sendTo(installation: InstallationState, webhook: Webhook): void {
    const app = this.#core.state.apps.get(installation.appId);
    if (app !== undefined) this.#hooks.send(app, webhook, installation.id, null);
  }

  #tellRepository(
    repository: RepositoryState,
    by: UserState,
    change: Parameters<Core["shapes"]["webhook"]["repositoryChanged"]>[1],
  ): void {
    const { webhook } = this.#core.shapes;
    this.#hooks.emit(repository, by.id, (where) => webhook.repositoryChanged(where, change));
    this.#core.changed();
  }
}

/** Roles as the `member` webhook knows them. */
function plain(role: Role): "admin" | "write" | "read" {
  if (role === "admin") return "admin";
  return role === "maintain" || role === "write" ? "write" : "read";
}
