import { z } from "zod";
import { ProducerName } from "./message.ts";
import { NetworkAddress } from "./network-address.ts";
import { SecretText } from "./secret.ts";

/** As Standard Webhooks wants it: 24 to 64 bytes in base64 behind `whsec_`. */
const SigningSecret = SecretText.refine(
  (secret) =>
    /^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(secret.reveal()),
  'must be whsec_ and 24 to 64 bytes in base64, for example from: echo "whsec_$(openssl rand -base64 32)"',
);

/** An address that is posted to. What stands in it may be secret, and is told to nobody. */
const CallbackUrl = z
  .url({ protocol: /^https?$/, message: "must be an http or https address" })
  .refine((text) => {
    const { username, password, hash } = new URL(text);
    return username === "" && password === "" && hash === "";
  }, "must have no user, password or fragment");

const Callback = z.strictObject({
  url: CallbackUrl,
  /** Each signs: while a secret is changed, the new one and the old one stand here. */
  secrets: z.array(SigningSecret).min(1).max(3),
  /** A file of certificate authorities to trust instead of the system's. */
  caFile: z.string().min(1).optional(),
});

const Delay = z.int().min(0).max(604_800_000);

/** Final states that are posted to producers, as https://www.standardwebhooks.com has it. */
export const Callbacks = z.strictObject({
  /** Where the final states of a producer's messages are posted to. */
  producers: z.record(ProducerName, Callback).default({}),
  /** Waits after a callback that was not taken; its length is the limit. After that it is a dead letter. */
  retryDelaysMs: z
    .array(Delay)
    .max(50)
    .default([5000, 60_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 86_400_000]),
  /** Total deadline of one callback, answer and all. */
  timeoutMs: z.int().min(100).max(8000).default(5000),
  /** Callbacks on the wire at once, of each producer and poller. */
  connections: z.int().min(1).max(64).default(8),
  /** Networks that are posted to although they are private, link-local or this machine. */
  allowedNetworks: z.array(NetworkAddress).default([]),
});
export type Callbacks = z.infer<typeof Callbacks>;
