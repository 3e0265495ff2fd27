# syntax=docker/dockerfile:1
# One image for each process: docker build --target worker --tag hermod-worker .
# Targets: worker, poller, ingress, board, cli. Pin the base for good by its digest:
#   --build-arg NODE_IMAGE=docker.io/library/node:26.10.0-bookworm-slim@sha256:…
ARG NODE_IMAGE=docker.io/library/node:26.10.0-bookworm-slim

# Everything that is in the repository, and the package manager that its lockfile is of.
FROM ${NODE_IMAGE} AS source
RUN npm install --global --no-fund --no-audit pnpm@12.21.0
ENV CI=true
WORKDIR /hermod
COPY . .

FROM source AS worker-files
RUN --mount=type=cache,target=/root/.local/share/pnpm sh deploy/gather.sh worker /out

FROM source AS poller-files
RUN --mount=type=cache,target=/root/.local/share/pnpm sh deploy/gather.sh poller /out

FROM source AS ingress-files
RUN --mount=type=cache,target=/root/.local/share/pnpm sh deploy/gather.sh ingress /out

FROM source AS board-files
RUN --mount=type=cache,target=/root/.local/share/pnpm sh deploy/gather.sh board /out

FROM source AS cli-files
RUN --mount=type=cache,target=/root/.local/share/pnpm sh deploy/gather.sh cli /out

# What all of them run in: nothing is written, no shell is used, and Node.js itself is told to stop.
FROM ${NODE_IMAGE} AS runtime
LABEL org.opencontainers.image.title="Hermod" org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production HERMOD_CONFIG=/etc/hermod/hermod.yaml PORT=8080
WORKDIR /hermod
# By number, so that Kubernetes can tell that it is not root.
USER 1000:1000
EXPOSE 8080
# Three minutes: a Redis that is away for a moment is no reason to restart anybody.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=12 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

FROM runtime AS worker
COPY --from=worker-files /out ./
CMD ["node", "apps/worker/src/main.ts"]

FROM runtime AS poller
COPY --from=poller-files /out ./
CMD ["node", "apps/poller/src/main.ts"]

FROM runtime AS ingress
COPY --from=ingress-files /out ./
CMD ["node", "apps/ingress/src/main.ts"]

FROM runtime AS board
COPY --from=board-files /out ./
CMD ["node", "apps/board/src/main.ts"]

# docker run --rm hermod-cli doctor
FROM runtime AS cli
COPY --from=cli-files /out ./
HEALTHCHECK NONE
ENTRYPOINT ["node", "apps/cli/src/main.ts"]
