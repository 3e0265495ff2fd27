import { z } from "zod";
import { Capabilities } from "./capabilities.ts";
import { RateUnit } from "./rate-unit.ts";

/** Which keys somebody encrypts with and reads with, told without telling a key. */
const AnnouncedEncryption = z.object({
  /** The id of the key that encrypts; none in an installation without encryption. */
  active: z.string().exactOptional(),
  /** Key id → check value, which is the same only for the same key. */
  keys: z.record(z.string(), z.string()),
});
export type AnnouncedEncryption = z.infer<typeof AnnouncedEncryption>;

/** What worker and poller tell producers about an account, through Redis, when they start. */
export const Announcement = z.object({
  v: z.literal(1),
  provider: z.string(),
  capabilities: Capabilities,
  sendPerSecond: z.number(),
  /** Optional for as long as workers run that do not tell it: they count messages. */
  rateUnit: RateUnit.optional().catch(undefined),
  /** For how long a message may wait for a look at most; optional for as long as workers run that do not tell it. */
  check: z.object({ maxMs: z.number() }).exactOptional(),
  /** How long records and texts are kept after the final state. */
  retention: z.object({ recordMs: z.number(), textMs: z.number() }),
  /** Optional for as long as workers run that do not tell it. */
  encryption: AnnouncedEncryption.exactOptional(),
});
export type Announcement = z.infer<typeof Announcement>;
