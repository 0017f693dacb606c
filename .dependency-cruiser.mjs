/** The arrows of docs/decisions: main → app → {chat, inbox, web, jobs} → desk → {domain, github, npm, store, notify} → domain. */
const rooms = [
  "settings",
  "domain",
  "desk",
  "github",
  "npm",
  "store",
  "inbox",
  "jobs",
  "chat",
  "web",
  "notify",
  "metrics",
  "setup",
  "cli",
];
const only = (from, ...to) => {
  const others = rooms.filter((room) => room !== from && !to.includes(room));
  return {
    name: `${from}-points-only-at-${to.join("-and-") || "nothing"}`,
    severity: "error",
    from: { path: `^src/${from}/` },
    to: { path: [`^src/(?:${others.join("|")})/`, "^src/(?:main|start|app)\\.ts$", "^test/", "^action/"] },
  };
};

export default {
  forbidden: [
    only("domain"),
    only("settings", "domain"),
    only("github", "domain"),
    only("npm", "domain"),
    only("store", "domain"),
    only("notify", "domain"),
    only("desk", "domain", "github", "npm", "store", "notify"),
    only("inbox", "desk", "domain", "store"),
    only("jobs", "desk", "domain"),
    only("chat", "desk", "domain", "github", "npm", "store"),
    only("web", "desk", "domain", "github", "npm", "store"),
    only("metrics", "domain", "store"),
    only("setup", "domain", "settings", "web"),
    only("cli", "domain"),
    {
      name: "the-step-takes-only-the-sealed-box",
      severity: "error",
      from: { path: "^action/" },
      to: { path: "^src/", pathNot: "^src/domain/" },
    },
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: ["node_modules", "generated"] },
    exclude: { path: ["node_modules", "action/.*/dist"] },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".mjs"] },
  },
};
