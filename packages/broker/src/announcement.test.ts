import { Announcement } from "@hermod/core/announcement";
import type { Capabilities } from "@hermod/core/capabilities";
import { AccountBase, Settings } from "@hermod/core/config";
import { expect, test } from "vitest";
import { announcedEncryption, announcementOf } from "./announcement.ts";

const [FIRST, SECOND] = [7, 8].map((byte) => btoa(String.fromCharCode(...new Uint8Array(32).fill(byte))));
const CAPABILITIES: Capabilities = {
  content: ["text"],
  reference: "none",
  lookup: "none",
  reports: "poll",
  sendBatch: 1,
  statusBatch: 1,
  validity: false,
};

function announced(encryption?: unknown, own: Partial<AccountBase> = {}): Announcement {
  const account = { ...AccountBase.parse({ baseUrl: "http://localhost", ...own }), provider: "etelecom" };
  return announcementOf(
    account,
    CAPABILITIES,
    Settings.parse(encryption === undefined ? {} : { encryption }),
  );
}

test("an announcement tells which keys there are and which one is active, and never a key", () => {
  const announcement = announced({ keys: { k1: FIRST, k2: SECOND }, active: "k2" });
  expect(announcement.encryption).toEqual({
    active: "k2",
    keys: { k1: expect.stringMatching(/^[\w-]{11}$/), k2: expect.stringMatching(/^[\w-]{11}$/) },
  });
  const text = JSON.stringify(announcement);
  for (const key of [FIRST, SECOND]) expect(text).not.toContain(key?.slice(0, 8));
  expect(Announcement.parse(JSON.parse(text))).toEqual(announcement);
});

test("a key is announced alike under any spelling, and another one under the same id differently", () => {
  const check = (key?: string) => announced({ keys: { k1: key }, active: "k1" }).encryption?.keys["k1"];
  expect(check(FIRST)).toBe(check(FIRST?.replace(/=+$/, "")));
  expect(check(FIRST)).not.toBe(check(SECOND));
  expect(check(FIRST)).toBe(announcedEncryption({ keys: { k9: FIRST ?? "" }, active: "k9" }).keys["k9"]);
});

test("an installation without encryption says so", () => {
  expect(announced().encryption).toEqual({ keys: {} });
});

test("an account tells for how long its messages may wait for a look: its own time, else that of all", () => {
  expect(announced().check).toEqual({ maxMs: 600_000 });
  expect(announced(undefined, { check: { maxMs: 90_000 } }).check).toEqual({ maxMs: 90_000 });
});

test("an announcement of an older version, which says nothing of encryption or checks, is read", () => {
  const { encryption: _, check: __, ...older } = announced();
  expect(Announcement.parse(older)).toEqual(older);
});
