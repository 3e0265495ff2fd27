import { expect, test } from "vitest";
import { septetsOf } from "./gsm-7.ts";

const PLANE = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));

test("the GSM 7-bit alphabet has its 127 characters and the 9 visible ones of its extension", () => {
  expect(PLANE.filter((character) => septetsOf(character) === 1)).toHaveLength(127);
  expect(PLANE.filter((character) => septetsOf(character) === 2).sort()).toEqual([..."[\\]^{|}~€"].sort());
});

test.each(["ç", "`", "\t", "\f", "\u001b", "\u00a0", "’", "Α", "🎉", "ab", ""])(
  "the GSM 7-bit alphabet lacks %j",
  (character) => {
    expect(septetsOf(character)).toBeUndefined();
  },
);
