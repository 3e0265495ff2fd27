import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { type Answer, jsonAnswer, textAnswer, writeAnswer } from "./answer.ts";
import type { SetFault } from "./exchange.ts";
import { Fault } from "./faults.ts";
import { type Lever, lever } from "./lever.ts";
import { OPERATIONS, readBody } from "./request.ts";

/** What somebody who cannot reach into this process can look at (GET) and change (POST), by the path behind `/_sim/`. */
export interface Controls {
  readonly views: Readonly<Record<string, () => unknown>>;
  readonly levers: Readonly<Record<string, Lever<void>>>;
}

/** Serves the controls; `GET /_sim` tells which there are. */
export async function control(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  controls: Controls,
): Promise<void> {
  const body = await text(request).catch(() => "");
  const name = path.replace(/^\/_sim\/?/, "");
  writeAnswer(
    response,
    request.method === "POST" ? await pulled(name, body, controls) : shown(name, controls),
  );
}

function shown(name: string, controls: Controls): Answer {
  if (name === "") return jsonAnswer(indexOf(controls));
  const view = Object.hasOwn(controls.views, name) ? controls.views[name] : undefined;
  return view === undefined ? NOT_FOUND : jsonAnswer(view());
}

async function pulled(name: string, body: string, { levers }: Controls): Promise<Answer> {
  const wanted = Object.hasOwn(levers, name) ? levers[name] : undefined;
  if (wanted === undefined) return NOT_FOUND;
  const { refused } = await wanted.pull(undefined, body === "" ? {} : readBody(body).body);
  return refused === undefined ? jsonAnswer({}) : textAnswer(400, `${refused}\n`);
}

const NOT_FOUND = textAnswer(404, "GET /_sim tells what there is\n");

function indexOf({ views, levers }: Controls): object {
  const about = Object.entries(levers).map(([name, { about: what, input }]) => {
    const body = z.toJSONSchema(input, { io: "input", unrepresentable: "any" });
    return [`/_sim/${name}`, { about: what, body }];
  });
  return { get: Object.keys(views).map((name) => `/_sim/${name}`), post: Object.fromEntries(about) };
}

/** The lever that every provider has: which fault, of these or of one's own making, the next requests meet. */
export function faultLever(faults: Readonly<Record<string, Fault>>): Lever<SetFault> {
  const named = z.preprocess((value, context) => {
    if (typeof value !== "string") return value;
    if (Object.hasOwn(faults, value)) return faults[value];
    context.addIssue(`there is no fault ${value}; there are: ${Object.keys(faults).join(", ")}`);
    return z.NEVER;
  }, Fault.nullable());
  const wish = z.strictObject({
    operation: z.enum(OPERATIONS),
    fault: named,
    times: z.int().min(1).exactOptional(),
  });
  return lever(
    "the fault that the next requests of an operation meet, as often as `times` says; null takes it back",
    wish,
    (setFault: SetFault, { operation, fault, times }) => setFault(operation, fault ?? undefined, times),
  );
}
