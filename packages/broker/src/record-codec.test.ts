import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyRecord } from "../test/records.ts";
import { ACCOUNT, ENCRYPTIONS, idOf, queued } from "../test/samples.ts";
import { fieldCipher } from "./field-cipher.ts";
import { recordCodec } from "./record-codec.ts";
import { NAMES } from "./record-fields.ts";

const plain = recordCodec(fieldCipher(undefined));
const sealing = recordCodec(fieldCipher(ENCRYPTIONS.first));

const whole = recordCodec(fieldCipher(ENCRYPTIONS.first), "whole");

/** What lies under each name. */
function hashOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.flatMap((name, index) => (index % 2 === 0 ? [[name, words[index + 1] ?? ""]] : [])),
  );
}

function wordsOf(hash: Readonly<Record<string, string>>): string[] {
  return Object.entries(hash).flat();
}

describe.for([
  ["without encryption", plain] as const,
  ["with encryption", sealing] as const,
  ["whole", whole] as const,
])("%s", ([, codec]) => {
  test("a record comes back from its hash as it was", () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(codec.decode(record.id, codec.encode(record))).toEqual({ kind: "record", record });
      }),
    );
  });

  test("a hash with the difference carried out is the hash of the changed record", () => {
    fc.assert(
      fc.property(anyRecord, anyRecord, (before, after) => {
        const { set, remove } = codec.difference(before, after);
        const kept = Object.entries(hashOf(codec.encode(before))).filter(
          ([field]) => !remove.includes(field),
        );
        const hash = { ...Object.fromEntries(kept), ...hashOf(set) };
        expect(codec.decode(after.id, wordsOf(hash))).toEqual({ kind: "record", record: after });
        expect(Object.keys(hash).toSorted()).toEqual(Object.keys(hashOf(codec.encode(after))).toSorted());
      }),
    );
  });
});

test("the whole form has a field for everything that a record says, so that versions of before the lean one read it", () => {
  fc.assert(
    fc.property(anyRecord, anyRecord, (before, after) => {
      const { id: _, ...said } = after;
      const names = Object.keys(said).map((field) => NAMES[field as keyof typeof NAMES]);
      const hash = hashOf(whole.encode(after));
      for (const name of names) expect(hash).toHaveProperty(name);
      const { set, remove } = whole.difference(before, after);
      const kept = Object.entries(hashOf(whole.encode(before))).filter(([name]) => !remove.includes(name));
      expect(new Set(Object.keys({ ...Object.fromEntries(kept), ...hashOf(set) }))).toEqual(
        new Set(Object.keys(hash)),
      );
    }),
  );
});

test("no value of a private field is too long for a packed hash, whatever its text and its seal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 400 }), (text) => {
      for (const codec of [plain, sealing]) {
        const record = { ...queued(1), content: { text } };
        const hash = hashOf(codec.encode(record));
        for (const value of Object.values(hash)) expect(Buffer.byteLength(value)).toBeLessThanOrEqual(64);
        expect(codec.decode(record.id, wordsOf(hash))).toEqual({ kind: "record", record });
      }
    }),
  );
});

test("a record that did not change has no difference, even when sealing makes each text new", () => {
  const record = queued(1);
  expect(sealing.difference(record, { ...record })).toEqual({ set: [], remove: [] });
});

test("an attempt of before there were places in batches is read", () => {
  const hash = { ...hashOf(plain.encode(queued(1))), as: '[[1,0,2,"P","B"]]' };
  const attempt = { n: 1, account: ACCOUNT, verdict: "accepted", providerId: "P", batchId: "B" };
  expect(plain.decode(idOf(1), wordsOf(hash))).toMatchObject({ record: { attempts: [attempt] } });
});

test("an empty hash is a missing record", () => {
  expect(plain.decode(idOf(1), [])).toEqual({ kind: "missing" });
});

test.for(["2", "", "constructor"])("a record of layout version %j is unreadable", (w) => {
  const hash = { ...hashOf(plain.encode(queued(1))), w };
  expect(plain.decode(idOf(1), wordsOf(hash))).toEqual({ kind: "unreadable", why: "another layout" });
});

test("a record without a layout version is unreadable", () => {
  const { w: _, ...hash } = hashOf(plain.encode(queued(1)));
  expect(plain.decode(idOf(1), wordsOf(hash))).toMatchObject({ kind: "unreadable" });
});

test("garbage in any field that is JSON makes the record unreadable instead of passing for an absent field", () => {
  for (const field of ["as", "dn", "dt", "tt", "an", "rt", "c", "rr", "md"]) {
    for (const garbage of ["", "{", "undefined", "7", '"text"', "null"]) {
      const found = plain.decode(idOf(1), wordsOf({ ...hashOf(plain.encode(queued(1))), [field]: garbage }));
      expect([field, garbage, found.kind]).toEqual([field, garbage, "unreadable"]);
    }
  }
});

test("what is no whole number in a field of numbers makes the record unreadable", () => {
  for (const garbage of ["", "NaN", "1.5", "1e3", "-1", " 1", "0x10", "Infinity"]) {
    const found = plain.decode(idOf(1), wordsOf({ ...hashOf(plain.encode(queued(1))), da: garbage }));
    expect([garbage, found.kind]).toEqual([garbage, "unreadable"]);
  }
});

test("each missing field that every record has makes it unreadable", () => {
  const all = hashOf(plain.encode(queued(1)));
  // Those that say what is nearly always so are left out while it is.
  const optional = new Set(["c", "ra", "ja", "bh"]);
  for (const field of Object.keys(all).filter((name) => !optional.has(name))) {
    const rest = Object.fromEntries(Object.entries(all).filter(([name]) => name !== field));
    expect([field, plain.decode(idOf(1), wordsOf(rest)).kind]).toEqual([field, "unreadable"]);
  }
});

test("why a record is unreadable never says what stands in it", () => {
  const hash = { ...hashOf(plain.encode(queued(1))), c: '{"template":"OTP","params":{"canary":7}}' };
  expect(plain.decode(idOf(1), wordsOf(hash))).toEqual({ kind: "unreadable", why: "bad content" });
});
