import type { Observer } from "@hermod/broker/observe";
import type { MessageStanding } from "@hermod/broker/public-record";
import { MessageId } from "@hermod/core/job";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { type Overview, readOverview } from "./figures/read-overview.ts";
import { foundBody, MOST_FOUND } from "./pages/found-page.ts";
import { html } from "./pages/html.ts";
import { HTML, layout } from "./pages/layout.ts";
import { messageBody } from "./pages/message-page.ts";
import { overviewBody } from "./pages/overview-page.ts";
import { recent } from "./recent.ts";

/** However many look, Redis is asked for the overview at most so often. */
const FRESH_MS = 2000;

const LookUp = z.object({ id: z.string().trim().exactOptional() }).catch({});
const BAD_ID = "A message id consists of 26 small letters and digits.";

/** A question; by POST, so that the number stands in no address, and so in no log and no history. */
export const LOOK_UP_BY_NUMBER = "POST /messages/by-number";

/** As people write them: spaces and signs between the digits mean nothing. */
const Numbered = z.object({
  number: z
    .string()
    .transform((text) => text.replaceAll(/[\s().\u00a0-]/g, "").replace(/^00/, "+"))
    .pipe(z.e164()),
});
const BAD_NUMBER = "A number begins with + and its country code, for example +84 836 106 872.";

interface MessagesParts {
  readonly observer: Observer;
  readonly numberKeys: readonly string[];
  readonly now: () => number;
}

/** The pages about messages. */
export function serveMessages(app: FastifyInstance, { observer, numberKeys, now }: MessagesParts): void {
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

  app.get("/messages/by-number", async (_request, reply) => await reply.redirect("/messages", 303));

  app.register(async (scope) => {
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string" },
      async (_request: FastifyRequest, text: string) => Object.fromEntries(new URLSearchParams(text)),
    );
    scope.post("/messages/by-number", async ({ body: asked }, reply) => {
      const { data } = Numbered.safeParse(asked);
      reply.type(HTML);
      if (data === undefined) {
        const body = overviewBody(await overview());
        return await reply
          .status(400)
          .send(layout({ title: "Messages", body, complaint: BAD_NUMBER, about: "number" }));
      }
      const body = foundBody(await foundBy(data.number), await isBlind(), now());
      return await reply.send(layout({ title: "Messages to a number", body }));
    });
  });

  /** The newest first. */
  const foundBy = async (number: string): Promise<MessageStanding[]> => {
    const standings = await observer.records.standings(await observer.findByNumber(number));
    return standings.sort((one, other) => other.acceptedAt - one.acceptedAt).slice(0, MOST_FOUND);
  };

  const isBlind = async (): Promise<boolean> =>
    numberKeys.length === 0 &&
    [...(await observer.accounts()).values()].some(({ encryption }) => encryption?.active !== undefined);

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
