/** One environment variable of the server. */
export interface Variable {
  name: string;
  what: string;
  /** Null: there is no default, the server doesn't start without it. */
  otherwise: string | null;
}

/** Every variable that is read; `--help` and docs/settings.md are made from this list. */
export const variables: readonly Variable[] = [
  {
    name: "PUBLIC_URL",
    what: "how people and runners reach Countersign, e.g. `https://countersign.example.com`; links, sign-in and the proof of a job depend on it",
    otherwise: null,
  },
  { name: "APP_ID", what: "the GitHub App's id", otherwise: null },
  { name: "PRIVATE_KEY", what: "the app's private key: PEM, PEM with `\\n`, or base64 of it", otherwise: null },
  { name: "CLIENT_ID", what: "the app's client id", otherwise: null },
  { name: "CLIENT_SECRET", what: "the app's client secret", otherwise: null },
  {
    name: "WEBHOOK_SECRET",
    what: "the app's webhook secret, 16 characters or more; two with a comma between them while it is changed",
    otherwise: null,
  },
  {
    name: "GITHUB_URL",
    what: "GitHub's web address, where it is a GitHub of your own; API, sign-in and job proofs derive from it",
    otherwise: "`https://github.com`",
  },
  {
    name: "OIDC_ISSUER",
    what: "issuer of GitHub's OIDC tokens, where your enterprise has one of its own",
    otherwise: "derived from `GITHUB_URL`",
  },
  {
    name: "DATABASE_URL",
    what: "a PostgreSQL server, for several instances, e.g. `postgresql://user:password@host/database`",
    otherwise: "a PostgreSQL of our own, in `COUNTERSIGN_DATA`",
  },
  { name: "COUNTERSIGN_DATA", what: "folder of that database and of its keys; keep it", otherwise: "`.countersign`" },
  {
    name: "COUNTERSIGN_KEYS",
    what: "list of `id:base64` with 32 bytes each, with commas: encrypts people's sessions and the addresses of channels; the first encrypts, all decrypt",
    otherwise: "made by itself in `COUNTERSIGN_DATA`; needed with `DATABASE_URL`",
  },
  { name: "NPM_REGISTRY", what: "address of an npm registry other than npm's own", otherwise: "npm's" },
  {
    name: "COUNTERSIGN_ACTION",
    what: "where workflows get our step from, `owner/name@commit` with the full commit: a copy of this repository that your runners reach, at the release that runs here; set-up pages write it into `publish.yml`",
    otherwise:
      "origin and commit of the clone that it runs from, where that is on `GITHUB_URL`; else a blank to be filled in",
  },
  {
    name: "SMTP_URL",
    what: "a mail server for notifications, e.g. `smtps://user:password@mail.example.com` (port 465) or `smtp://…` (port 587, TLS from within); signs in over TLS only",
    otherwise: "no mail is sent",
  },
  {
    name: "MAIL_FROM",
    what: "sender of that mail, e.g. `Countersign <countersign@example.com>`",
    otherwise: "needed with `SMTP_URL`",
  },
  {
    name: "METRICS_TOKEN",
    what: "what Prometheus reads `/metrics` with (`Authorization: Bearer …`): 16 characters or more, without blanks",
    otherwise: "`/metrics` isn't served",
  },
  { name: "HOST", what: "address to listen on; `0.0.0.0` in a container", otherwise: "`127.0.0.1`" },
  { name: "PORT", what: "port to listen on; 0 for any that is free", otherwise: "`3000`" },
  { name: "LOG_LEVEL", what: "`debug`, `info`, `warn` or `error`", otherwise: "`info`" },
];

/** The table of docs/settings.md. */
export function variablesTable(): string {
  const rows = variables.map(({ name, what, otherwise }) => `| \`${name}\` | ${what} | ${otherwise ?? "**needed**"} |`);
  return ["| variable | what | where it is not set |", "| --- | --- | --- |", ...rows].join("\n");
}
