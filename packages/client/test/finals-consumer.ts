// biome-ignore-all lint/style/noProcessEnv: a process of its own, which a test tells what to do.
import { openClient } from "../src/open-client.ts";

/** Consumes finals until it is killed, and says each one as soon as it sees it. */
const { REDIS_URL = "", NAMESPACE = "", CLAIM_AFTER_MS = "" } = process.env;
const hermod = await openClient({ redisUrl: REDIS_URL, namespace: NAMESPACE });
const options = { producer: "shop", group: "billing", claimAfterMs: Number(CLAIM_AFTER_MS) };
for await (const { id } of hermod.finals(options)) console.log(`saw ${id}`);
