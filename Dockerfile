# One file, one target per service (gateway, runbooks, orders, evidence) and one that sets up database and broker
# (migrate): docker build --target gateway -t countersign/gateway .

ARG NODE_IMAGE=node:24-bookworm-slim

# What npm ci reads, and nothing else: a change of code leaves the stages that install as they are.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY libs/shared/package.json libs/shared/
COPY services/gateway/package.json services/gateway/
COPY services/runbooks/package.json services/runbooks/
COPY services/orders/package.json services/orders/
COPY services/evidence/package.json services/evidence/
COPY appliance/package.json appliance/

FROM manifests AS install
RUN --mount=type=cache,target=/var/cache/npm,sharing=locked npm ci --cache /var/cache/npm --ignore-scripts

# Without the optional dependencies, which are the embedded PostgreSQL and the platforms' Node of `npm start`; and
# without types, maps, documents and command lines, which are half of the rest.
FROM manifests AS production
RUN --mount=type=cache,target=/var/cache/npm,sharing=locked npm ci --cache /var/cache/npm --ignore-scripts --omit=dev --omit=optional \
 && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -iname '*.md' \) -delete \
 && rm -rf node_modules/.bin node_modules/.package-lock.json node_modules/typeorm/browser \
 && find node_modules/sodium-native/prebuilds -mindepth 1 -maxdepth 1 ! -name 'linux-*' -exec rm -r {} + \
 && find node_modules/@countersign -mindepth 1 ! -name shared -delete

# /out has what runs: dist, the SQL that is read from src, and the runbook catalogue.
FROM install AS build
COPY tsconfig.base.json ./
COPY libs libs
COPY services services
RUN node_modules/.bin/tsc -b services/gateway services/runbooks services/orders services/evidence \
 && node services/evidence/bundle-verifier.ts \
 && mkdir /out \
 && find libs services -type f ! -path '*/node_modules/*' ! -path '*/dist/testing/*' \
      \( -path '*/dist/*.js' -o -path '*/dist/*.js.map' -o -path '*/src/*.sql' -o -path '*/catalogue/*' -o -name limits.json -o -name package.json \) \
      -print0 | tar --create --null --files-from=- | tar --extract --directory=/out \
 && chmod -R u=rwX,go=rX /out

FROM ${NODE_IMAGE} AS runtime
RUN rm -rf /usr/local/lib/node_modules /usr/local/include /opt/yarn* \
      /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg \
 && groupadd --gid 1001 countersign \
 && useradd --uid 1001 --gid 1001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin countersign
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps
ENTRYPOINT []
WORKDIR /app
COPY --from=production /app/node_modules node_modules
COPY --from=build /out/libs libs
USER 1001:1001

FROM runtime AS service
ENV HOST=0.0.0.0 PORT=8000
EXPOSE 8000
# Ready: it has started, reaches what it depends on, and is not stopping.
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["node", "-e", "require('node:http').get({ port: process.env.PORT, path: '/readyz' }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "dist/main.js"]

FROM service AS gateway
WORKDIR /app/services/gateway
COPY --from=build /out/services/gateway ./
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="countersign/gateway" \
      org.opencontainers.image.description="The only door: the REST API, principals, limits, durable intake." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

FROM service AS runbooks
WORKDIR /app/services/runbooks
COPY --from=build /out/services/runbooks ./
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="countersign/runbooks" \
      org.opencontainers.image.description="Incidents, the runbook catalogue, and which runbook answers which incident." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

FROM service AS orders
WORKDIR /app/services/orders
COPY --from=build /out/services/orders ./
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="countersign/orders" \
      org.opencontainers.image.description="Appliances, signed orders and their life cycle." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

FROM service AS evidence
# For VAULT_DIR, where there is no S3: mount a volume here.
USER root
RUN mkdir /var/lib/countersign && chown 1001:1001 /var/lib/countersign
USER 1001:1001
WORKDIR /app/services/evidence
COPY --from=build /out/services/evidence ./
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="countersign/evidence" \
      org.opencontainers.image.description="Evidence bundles, their chains, the vault and the audit trail." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

FROM runtime AS migrate
# Where `broker accounts` writes: a volume that is mounted here is ours then.
USER root
RUN mkdir -p /var/lib/countersign/nats-users && chown 1001:1001 /var/lib/countersign/nats-users
USER 1001:1001
COPY --chmod=0644 package.json ./
COPY --chmod=0644 tools/migrate.ts tools/
COPY --chmod=0644 tools/broker/main.ts tools/broker/
COPY --chmod=0644 tools/stack/database-urls.ts tools/stack/migrate-databases.ts tools/stack/
COPY --chmod=0644 tools/stack/services/service-names.ts tools/stack/services/
COPY --chmod=0644 tools/stack/state/clone-folder.ts tools/stack/state/
COPY --from=build /out/services/gateway/src/persistence/migrations services/gateway/src/persistence/migrations
COPY --from=build /out/services/runbooks/src/persistence/migrations services/runbooks/src/persistence/migrations
COPY --from=build /out/services/orders/src/persistence/migrations services/orders/src/persistence/migrations
COPY --from=build /out/services/evidence/src/persistence/migrations services/evidence/src/persistence/migrations
CMD ["node", "tools/migrate.ts"]
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="countersign/migrate" \
      org.opencontainers.image.description="What sets up and ends: roles, schemas, tables, grants; the broker's users, streams and consumers." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
