import { readFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";

const ASSETS = { "board.css": "text/css", "hermod.svg": "image/svg+xml" } as const;

/** Styles and picture of our own pages, read once. */
export function serveAssets(app: FastifyInstance): void {
  for (const [name, type] of Object.entries(ASSETS)) {
    const content = readFileSync(new URL(`assets/${name}`, import.meta.url), "utf8");
    app.get(`/assets/${name}`, async (_request, reply) => {
      return await reply.type(`${type}; charset=utf-8`).header("cache-control", "max-age=300").send(content);
    });
  }
}
