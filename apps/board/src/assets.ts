import { readFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";

/** What is served under which name, and the files it is made of, one after the other. */
const ASSETS = [
  {
    name: "board.css",
    type: "text/css; charset=utf-8",
    files: ["base.css", "overview.css", "charts.css", "message.css"],
  },
  { name: "hermod.svg", type: "image/svg+xml; charset=utf-8", files: ["hermod.svg"] },
] as const;

/** Styles and picture of our own pages, read once. */
export function serveAssets(app: FastifyInstance): void {
  for (const { name, type, files } of ASSETS) {
    const content = files
      .map((file) => readFileSync(new URL(`assets/${file}`, import.meta.url), "utf8"))
      .join("\n");
    app.get(`/assets/${name}`, async (_request, reply) => {
      return await reply.type(type).header("cache-control", "max-age=300").send(content);
    });
  }
}
