import { z } from "zod";
import { PlainText } from "../../src/plain-text.ts";

const Id = z.string().regex(/^p-[0-9a-f]{8}$/);
const Parts = z.int().min(1).max(99).optional().catch(undefined);

export const SendReply = z.object({ id: Id, parts: Parts });
export const ErrorReply = z.object({ error: z.string() });
export const StatusReply = z.object({ messages: z.array(z.unknown()) });
export const Item = z.object({ id: Id, state: PlainText, parts: Parts });
export type Item = z.infer<typeof Item>;
