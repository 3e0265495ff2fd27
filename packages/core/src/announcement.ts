import { z } from "zod";
import { Capabilities } from "./capabilities.ts";
import type { AccountBase, Settings } from "./config.ts";

/** What worker and poller tell producers about an account, through Redis, when they start. */
export const Announcement = z.object({
  v: z.literal(1),
  provider: z.string(),
  capabilities: Capabilities,
  sendPerSecond: z.number(),
  /** How long records and texts are kept after the final state. */
  retention: z.object({ recordMs: z.number(), textMs: z.number() }),
});
export type Announcement = z.infer<typeof Announcement>;

/** What is told about an account as it is configured. */
export function announcementOf(
  account: AccountBase & { readonly provider: string },
  capabilities: Capabilities,
  { retention }: Settings,
): Announcement {
  const { provider, sendPerSecond } = account;
  return { v: 1, provider, capabilities, sendPerSecond, retention };
}
