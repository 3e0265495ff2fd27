import type { Capabilities } from "@hermod/core/capabilities";
import type { AccountBase } from "@hermod/core/config";
import { z } from "zod";
import { bitel } from "./bitel/index.ts";
import { etelecom } from "./etelecom/index.ts";
import type { Provider, ProviderKind } from "./provider.ts";
import { ultroam } from "./ultroam/index.ts";
import { webcom } from "./webcom/index.ts";

/** Every provider there is. A new one is a folder and a line here. */
export const registry = { etelecom, webcom, ultroam, bitel } satisfies Readonly<
  Record<string, ProviderKind<AccountBase>>
>;

type Kind = (typeof registry)[keyof typeof registry];

// Zod wants a tuple, to be sure that it is not empty; a registry is not.
const kinds = Object.values(registry).map(({ account }) => account) as unknown as readonly [Kind["account"]];

/** The configuration of one account; `provider` says of which kind. */
export const Account = z.discriminatedUnion("provider", kinds, {
  error: ({ code }) =>
    code === "invalid_union" ? `must be one of: ${Object.keys(registry).join(", ")}` : undefined,
});
export type Account = z.infer<typeof Account>;

/** Opens an account at its provider; whoever opens it disposes of it. Throws if its `caFile` cannot be read. */
export function openProvider(account: Account): Provider {
  const kind: ProviderKind<AccountBase> = registry[account.provider];
  return kind.open(account);
}

/** What the provider of an account can do. */
export function capabilitiesOf(account: Account): Capabilities {
  const kind: ProviderKind<AccountBase> = registry[account.provider];
  return kind.capabilities(account);
}
