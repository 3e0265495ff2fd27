import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { responseOf, type WireAnswer } from "../wire.ts";
import { type Call, messagesOf, never } from "./calls.ts";
import { eachReplaced, withValues } from "./mutations.ts";
import { openStage } from "./stage.ts";
import type { Message, Subject } from "./subject.ts";

type Answers = (right: WireAnswer) => readonly WireAnswer[];

/**
 * A provider may repeat what we gave it, anywhere and under any status; nothing of it is in what the adapter tells. Of an id
 * that is one password or one name alone nobody can say that it is none, so that these stand in refusals and reports only.
 */
export function testPrivacy(subject: Subject, call: Call): void {
  const messages = messagesOf(subject, 1);
  const { whole, national, password, name } = privateTexts(messages[0]);
  const isSend = call.name === "send";
  const always = [...whole, ...subject.secrets, ...(isSend ? [] : [`pin ${password}`])];
  // Whoever asks about a message does not know its words, and about the account, no message.
  const ofMessage = call.isOfAccount ? [] : [national, password];
  const forbidden = [...subject.secrets, ...ofMessage, ...(isSend ? [name] : [])];
  const { codes = [], unknown = [] } = call.operation;
  const refusals = [...codes, ...unknown].filter(({ result }) => !call.isEvidence(result));

  async function expectNothing(answers: Answers): Promise<void> {
    let left: readonly WireAnswer[] | undefined;
    await using stage = await openStage(subject, call, {
      reply(socket, right, { body, headers }) {
        left ??= answers(right);
        const [answer = right, ...others] = left;
        left = others;
        const echo = encodeURIComponent(body + (headers["authorization"] ?? ""));
        const challenge = `Basic realm="${echo}"`;
        const more = { "x-echo": echo, "retry-after": echo, "www-authenticate": challenge };
        socket.write(responseOf({ ...answer, headers: more }));
      },
    });
    for (let before = -1; before < stage.requests.length && left?.length !== 0; ) {
      before = stage.requests.length;
      expectNoneOf(await call.ask(stage.adapter, messages, never), forbidden);
    }
    expect(left).toEqual([]);
    expectNoneOf(stage.adapter, forbidden);
  }

  describe("nothing private is told", () => {
    test("of the right answer with anything of it in place of any value", async () => {
      await expectNothing((right) =>
        always.flatMap((text) =>
          eachReplaced(right.body.toString(), text).map((body) => ({ ...right, body })),
        ),
      );
    });

    test.each([200, 302, 400, 401, 403, 404, 429, 500])(
      "of an HTTP %d that is full of it",
      async (status) => {
        await expectNothing(({ body }) =>
          [...always, JSON.stringify(always)].flatMap((text) =>
            [withValues(body.toString(), () => text), text].map((echo) => ({ status, body: echo })),
          ),
        );
      },
    );

    test.each(refusals)("of an answer of $code that repeats it", async ({ answer }) => {
      await expectNothing(() =>
        [...always, password, name].flatMap((text) =>
          bodiesWith(answer.body.toString(), text).map((body) => ({ ...answer, body })),
        ),
      );
    });
  });
}

/** What a provider could repeat of a message: number and text, in whole and in parts. */
export function privateTexts(message: Message | undefined) {
  const { to = "", content: { text = "", params = {} } = {} } = message ?? {};
  const groups = to.slice(1).match(/\d{1,3}/g) ?? [];
  const [digits, national] = [to.slice(1), to.slice(-8)];
  const { otp = "", name = "" } = params;
  return {
    whole: [
      to,
      digits,
      `0${to.slice(-10)}`,
      `0${to.slice(-9)}`,
      `+${groups.join(" ")}`,
      groups.join("-"),
      text,
    ],
    national,
    password: otp,
    name,
  };
}

/** None of these is in anything that can be printed of a value; a number in groups is the same number. */
export function expectNoneOf(value: unknown, texts: readonly string[]): void {
  const json = JSON.stringify(value instanceof Map ? [...value] : value) ?? "";
  const printed = bare(`${inspect(value, { depth: 20, showHidden: true })} ${json} ${value}`);
  for (const text of texts) expect(printed).not.toContain(bare(text));
}

function bare(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
}

/** A refusal's body with a text in it; one that is no JSON becomes the text itself. */
function bodiesWith(body: string, text: string): string[] {
  try {
    return eachReplaced(body, text);
  } catch {
    return [text];
  }
}
