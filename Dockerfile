# Countersign as an image: glibc (PostgreSQL's binaries and Node's type stripping need nothing else), no root, nothing written
# outside /data and /tmp. Run it with `--init --read-only --tmpfs /tmp --volume countersign:/data`.
# Paths in RUN are relative, so that scripts/replay-dockerfile.ts can replay the steps without an engine.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY prisma ./prisma
COPY scripts ./scripts
COPY src ./src
RUN npm run build
# Empty: what /data begins as, with its owner.
RUN mkdir data

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
# Left out: Prisma's command line, which its client names as an optional peer; its engines for other databases; the Nodes that the
# repository brings for machines without one.
RUN npm pkg delete devDependencies && npm prune --omit=dev --omit=peer --ignore-scripts
RUN rm -rf node_modules/node-*-x64 node_modules/node-*-arm64 node_modules/@prisma/client/runtime/*.mysql.* node_modules/@prisma/client/runtime/*.sqlite.* node_modules/@prisma/client/runtime/*.sqlserver.* node_modules/@prisma/client/runtime/*.cockroachdb.*

FROM node:24-slim
WORKDIR /app
COPY package.json LICENSE app.yml ./
COPY prisma ./prisma
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/generated ./generated
COPY src ./src
COPY --from=build --chown=1000:1000 /app/data /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 COUNTERSIGN_DATA=/data
USER 1000:1000
EXPOSE 3000
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--disable-warning=ExperimentalWarning", "src/main.ts"]
