import type { Observer } from "@hermod/broker/observe";
import { MessageId } from "@hermod/core/job";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Overview, readOverview } from "./figures/read-overview.ts";
import { html } from "./pages/html.ts";
import { HTML, layout } from "./pages/layout.ts";
import { messageBody } from "./pages/message-page.ts";
import { overviewBody } from "./pages/overview-page.ts";
import { recent } from "./recent.ts";

/** However many look, Redis is asked for the overview at most so often. */
const FRESH_MS = 2000;

const LookUp = z.object({ id: z.string().trim().exactOptional() }).catch({});
const BAD_ID = "A message id consists of 26 small letters and digits.";

interface MessagesParts {
  readonly observer: Observer;
  readonly now: () => number;
}

/** The pages about messages. */
export function serveMessages(app: FastifyInstance, { observer, now }: MessagesParts): void {
  const overview = recent<Overview>(FRESH_MS, () => readOverview(observer, now));

  app.get("/messages", async ({ query }, reply) => {
    const { id } = LookUp.parse(query);
    if (id !== undefined && MessageId.safeParse(id).success)
      return await reply.redirect(`/messages/${id}`, 303);
    const body = overviewBody(await overview());
    const wrong = id === undefined ? {} : { lookedUp: id, complaint: BAD_ID };
    return await reply
      .status(id === undefined ? 200 : 400)
      .type(HTML)
      .send(layout({ title: "Messages", body, ...wrong }));
  });

  app.get<{ Params: { id: string } }>("/messages/:id", async ({ params: { id } }, reply) => {
    const page = await messagePage(id);
    return await reply.status(page.status).type(HTML).send(page.text);
  });

  const messagePage = async (id: string): Promise<{ status: number; text: string }> => {
    const missing = (status: number, complaint: string) => {
      const body = html`<p><a href="/messages">All messages</a></p><h1>No such message</h1>`;
      return { status, text: layout({ title: "No such message", body, lookedUp: id, complaint }) };
    };
    if (!MessageId.safeParse(id).success) return missing(400, BAD_ID);
    const seen = await observer.records.load(id);
    switch (seen.kind) {
      case "record":
        return {
          status: 200,
          text: layout({ title: `Message ${id}`, body: messageBody(seen.record, now()), lookedUp: id }),
        };
      case "missing":
        return missing(404, "There is no such message, or its record is no longer kept.");
      case "unreadable":
        return missing(404, `The record of this message cannot be read by this version: ${seen.why}.`);
      default:
        return seen satisfies never;
    }
  };
}
