// What a producer may write; `verify-package` compiles it against the packed client, never against the
// source.
import {
  type Accepted,
  type Hermod,
  HermodInputError,
  type Measurement,
  type MessageInput,
  type MessageView,
  openClient,
  type State,
} from "@hermod/client";

export async function sendOne(redisUrl: string): Promise<MessageView> {
  const hermod: Hermod = await openClient({ redisUrl });
  const message: MessageInput = {
    account: "etelecom-main",
    to: "+84836106872",
    content: { template: "OTP", params: { otp: "123456" } },
    idempotencyKey: "order-42-otp",
    expiresInMs: 300_000,
  };
  const { id, duplicate }: Accepted = await hermod.send(message);
  const view = await hermod.waitForFinal(id, { signal: AbortSignal.timeout(1000) });
  const state: State = view.state;
  await hermod[Symbol.asyncDispose]();
  return duplicate || state === "delivered" ? view : Promise.reject(new Error(view.reason));
}

export async function segments(hermod: Hermod, text: string): Promise<(number | undefined)[]> {
  const measured: Measurement[] = await hermod.measure({ route: ["ultroam-1"], content: { text } });
  return measured.map(({ fits, segments }) => (fits ? segments : undefined));
}

export async function firstFinal(hermod: Hermod): Promise<State | undefined> {
  for await (const { state } of hermod.finals({ producer: "shop", group: "billing" })) return state;
  return undefined;
}

export function badFields(error: unknown): string[] {
  return error instanceof HermodInputError ? error.issues.map(({ path }) => path) : [];
}

// Were the types lost on the way, these would be no errors, and that would be one.
export async function mistakes(hermod: Hermod): Promise<unknown[]> {
  // @ts-expect-error an address is a string
  await openClient({ redisUrl: 6379 });
  // @ts-expect-error a message needs somebody to go to
  await hermod.send({ account: "etelecom-main", content: { text: "Hello" } });
  // @ts-expect-error `cancel` tells in one of three words
  const canceled: "yes" | "no" = await hermod.cancel("id");
  const view = await hermod.get("id");
  // @ts-expect-error there may be no such message
  return [canceled, view.state];
}
