import { z } from "zod";

/** Most messages one job carries. */
export const MAX_IDS_PER_JOB = 100;

/** A message id: 26 characters of base 32, 130 bits. */
export const MessageId = z.string().regex(/^[0-9a-z]{26}$/);

/**
 * What lies in a queue: a work order that names records, and nothing private. It outlives deploys: fields are
 * only ever added, as optional ones, which an older reader passes over, and `v` changes when an old worker must not touch it.
 */
export const JobData = z.object({
  v: z.literal(1),
  ids: z.array(MessageId).min(1).max(MAX_IDS_PER_JOB),
});
export type JobData = z.infer<typeof JobData>;
