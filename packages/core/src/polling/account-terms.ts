import type { Settings } from "../config.ts";
import type { Priority } from "../message.ts";
import { type LanePrice, type PollTerms, pricesFor } from "./poll-terms.ts";

/** The last look comes this long before the horizon, at which a message is called unknown; sooner where all of that is short. */
const LAST_LOOK_MS = 60_000;
const LAST_LOOK_SHARE = 0.05;

/** How the messages of an account are followed, as it is configured. `batch`: most messages in one status request. */
export function pollTermsOf(check: Settings["check"], batch: number): PollTerms {
  const { minMs, maxMs, horizonMs, economy, lanes } = check;
  const usual = pricesFor(batch);
  const priceOf = (lane: Priority): LanePrice => ({
    latenessMs: lanes[lane]?.latenessMs ?? usual[lane].latenessMs,
    fadeMs: lanes[lane]?.fadeMs ?? usual[lane].fadeMs,
  });
  return {
    batch,
    minMs,
    maxMs,
    horizonMs: horizonMs - Math.min(LAST_LOOK_MS, horizonMs * LAST_LOOK_SHARE),
    economy,
    prices: { urgent: priceOf("urgent"), normal: priceOf("normal"), bulk: priceOf("bulk") },
  };
}
