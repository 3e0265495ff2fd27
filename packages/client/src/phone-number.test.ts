import { getCountries, getExampleNumber } from "libphonenumber-js/min";
import examples from "libphonenumber-js/mobile/examples";
import { describe, expect, test } from "vitest";
import { impossible } from "./phone-number.ts";

const NOBODYS = "is no possible number of any country";

describe("a number is refused", () => {
  test.each([
    ["of a country that there is not", "+999123456789"],
    ["that is too short for its country", "+84123456"],
    ["that is too long for its country", "+8483610687212345"],
    ["of a length that its country does not have", "+1234567890"],
    ["of a country code alone", "+84"],
  ])("%s", (_, number) => {
    expect(impossible(number)).toBe(NOBODYS);
  });

  test.each(["+840836106872", "+9809121234567", "+4407911123456", "+490151234567890"])(
    "with the national prefix of its country: %s",
    (number) => {
      expect(impossible(number)).toBe(
        "must be without the national prefix, such as 0, after the country code",
      );
    },
  );
});

describe("a number is taken", () => {
  test("of a mobile phone of every country", () => {
    const numbers = getCountries().map((country) => getExampleNumber(country, examples)?.number ?? country);
    expect(numbers.length).toBeGreaterThan(200);
    expect(numbers.filter((number) => impossible(number) !== undefined)).toEqual([]);
  });

  test.each([
    ["whose range nobody has heard of yet", "+15550000001"],
    ["of a landline", "+842838212345"],
    ["of Italy, where a zero belongs to it", "+390612345678"],
    ["of no country, as those of satellites", "+881612345678"],
  ])("%s", (_, number) => {
    expect(impossible(number)).toBeUndefined();
  });
});
