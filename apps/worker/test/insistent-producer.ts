import { openClient } from "@hermod/client";
import { message } from "./installation.ts";

/** Hands the same message over many times at once. */
const { REDIS_URL: redisUrl = "", TIMES: times = "1" } = process.env;
await using hermod = await openClient({ redisUrl });
const keyed = message("1", { idempotencyKey: "order-1" });
const results = await Promise.all(Array.from({ length: Number(times) }, () => hermod.send(keyed)));
console.log(JSON.stringify({ results }));
