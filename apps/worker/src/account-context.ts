import type { Broker } from "@hermod/broker/open-broker";
import type { RedisClock } from "@hermod/broker/redis-clock";
import type { Capabilities } from "@hermod/core/capabilities";
import type { AccountBase, Settings } from "@hermod/core/config";
import type { Priority } from "@hermod/core/message";
import type { Following } from "@hermod/core/polling/following";
import type { Terms } from "@hermod/core/terms";
import type { Provider } from "@hermod/providers/provider";
import type { Logger } from "@hermod/service/log";
import type { Tracing } from "@hermod/service/tracing";
import type { AccountHealth } from "./account-health.ts";
import type { CommitTogether } from "./commit-together.ts";
import type { CrashPoint } from "./crash-point.ts";
import type { Intents } from "./intents.ts";
import type { Lead } from "./lead.ts";
import type { Learner } from "./learner.ts";
import type { Line } from "./line.ts";
import type { Permits } from "./permits.ts";
import type { Resting } from "./resting.ts";
import type { SlotPool } from "./slots.ts";

/** What the handlers of one account work with. */
export interface AccountContext {
  readonly name: string;
  readonly account: AccountBase;
  readonly settings: Pick<Settings, "breaker">;
  readonly capabilities: Capabilities;
  readonly terms: Terms;
  readonly following: Following;
  readonly learner: Learner;
  readonly resting: Resting;
  readonly provider: Provider;
  readonly broker: Broker;
  readonly clock: RedisClock;
  /** For requests that begin, or have begun and wait for a connection. */
  readonly intents: Intents;
  /** For requests on the wire. */
  readonly permits: Permits;
  readonly slots: { readonly send: SlotPool; readonly status: SlotPool };
  /** Where orders wait for a slot, by lane. */
  readonly lines: Readonly<Record<Priority, Line>>;
  readonly commitTogether: CommitTogether;
  readonly lead: Lead;
  readonly health: AccountHealth;
  readonly tracing: Tracing;
  readonly log: Logger;
  /** Tells of what may come in masses, a line a second of each kind at the most. */
  readonly report: (what: string, error: unknown) => void;
  /** In [0, 1). */
  readonly chance: () => number;
  /** Absent but in tests. */
  readonly reached?: ((point: CrashPoint) => Promise<void>) | undefined;
}
