import fc from "fast-check";
import { expect, test } from "vitest";
import { ENCRYPTIONS, idOf } from "../test/samples.ts";
import { fieldCipher } from "./field-cipher.ts";

const cipher = fieldCipher(ENCRYPTIONS.first);
const none = fieldCipher(undefined);
const [id, otherId] = [idOf(1), idOf(2)];

function bodyOf(sealed: string): { head: string; bytes: Buffer } {
  const [mark, key, body = ""] = sealed.split(".");
  return { head: `${mark}.${key}.`, bytes: Buffer.from(body, "base64url") };
}

test("what is sealed opens again, whatever it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(cipher.open(id, "to", cipher.seal(id, "to", text))).toBe(text);
      expect(none.open(id, "to", none.seal(id, "to", text))).toBe(text);
    }),
  );
});

test("a sealed text shows nothing of itself, and never looks the same twice", () => {
  const sealed = cipher.seal(id, "to", "+84836106872");
  const { head, bytes } = bodyOf(sealed);
  expect(head).toBe("~1.k1.");
  expect(sealed).not.toContain("84836106872");
  expect(bytes.toString("latin1")).not.toContain("84836106872");
  expect(cipher.seal(id, "to", "+84836106872")).not.toBe(sealed);
});

test("what was sealed for one message or field opens in no other", () => {
  const sealed = cipher.seal(id, "to", "text");
  expect(cipher.open(otherId, "to", sealed)).toBeUndefined();
  expect(cipher.open(id, "content", sealed)).toBeUndefined();
});

test("a text with any bit flipped does not open", () => {
  const { head, bytes } = bodyOf(cipher.seal(id, "to", "text"));
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(cipher.open(id, "to", head + changed.toString("base64url"))).toBeUndefined();
  }
});

test("a text cut short anywhere does not open", () => {
  const { head, bytes } = bodyOf(cipher.seal(id, "to", ""));
  for (let length = 0; length < bytes.length; length += 1) {
    expect(cipher.open(id, "to", head + bytes.subarray(0, length).toString("base64url"))).toBeUndefined();
  }
});

test("a text whose key is not known does not open, nor does one under the name of another key", () => {
  const sealed = cipher.seal(id, "to", "text");
  expect(none.open(id, "to", sealed)).toBeUndefined();
  expect(fieldCipher(ENCRYPTIONS.second).open(id, "to", sealed)).toBeUndefined();
  expect(fieldCipher(ENCRYPTIONS.impostor).open(id, "to", sealed)).toBeUndefined();
  expect(fieldCipher(ENCRYPTIONS.both).open(id, "to", sealed.replace(".k1.", ".k2."))).toBeUndefined();
});

test("after a rotation the old texts open, and new ones are sealed with the new key", () => {
  const rotated = fieldCipher(ENCRYPTIONS.both);
  expect(rotated.open(id, "to", cipher.seal(id, "to", "old"))).toBe("old");
  const sealed = rotated.seal(id, "to", "new");
  expect(fieldCipher(ENCRYPTIONS.second).open(id, "to", sealed)).toBe("new");
  expect(cipher.open(id, "to", sealed)).toBeUndefined();
});

test("without keys a text stays as it is, and one that looks sealed survives", () => {
  expect(none.seal(id, "to", "plain")).toBe("plain");
  for (const text of ["~", "~0", "~1.k1.AAAA", cipher.seal(id, "to", "text")]) {
    expect(none.open(id, "to", none.seal(id, "to", text))).toBe(text);
    expect(cipher.open(id, "to", none.seal(id, "to", text))).toBe(text);
  }
});

test("what was stored before encryption was configured still opens", () => {
  expect(cipher.open(id, "to", none.seal(id, "to", "plain"))).toBe("plain");
});
