import type { Announcement } from "@hermod/core/announcement";

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
