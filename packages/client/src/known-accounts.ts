import type { Announcement } from "@hermod/core/announcement";
import type { InputIssue } from "@hermod/core/input-error";
import { contentKinds, type ParsedMessageInput } from "@hermod/core/message";

/** Announcements are read again after this time, so that a changed account becomes known. */
const FRESH_MS = 30_000;

/** The accounts that workers and pollers announced. */
export interface KnownAccounts {
  get(name: string): Announcement | undefined;
  all(): readonly Announcement[];
  /** Reads them again if one of these is not known, or what is known is old. */
  refresh(names: readonly string[]): Promise<void>;
}

export function knownAccounts(read: () => Promise<ReadonlyMap<string, Announcement>>): KnownAccounts {
  let accounts: ReadonlyMap<string, Announcement> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    get: (name) => accounts.get(name),
    all: () => [...accounts.values()],
    async refresh(names) {
      if (performance.now() - readAt < FRESH_MS && names.every((name) => accounts.has(name))) return;
      accounts = await read();
      readAt = performance.now();
    },
  };
}

/**
 * What is wrong with the route of a message: accounts that nobody announced, or that its content does not
 * suit.
 */
export function routeIssues(input: ParsedMessageInput, accounts: KnownAccounts): InputIssue[] {
  const kinds = contentKinds(input.content);
  const named = input.route?.map((name, index) => ({ name, path: `route.${index}` })) ?? [
    { name: input.account ?? "", path: "account" },
  ];
  return named.flatMap(({ name, path }) => {
    const announced = accounts.get(name);
    if (announced === undefined) return [{ path, message: `no worker has announced an account ${name}` }];
    const { content } = announced.capabilities;
    if (kinds.some((kind) => content.includes(kind))) return [];
    return [{ path: "content", message: `the account ${name} needs a ${content.join(" or a ")}` }];
  });
}
