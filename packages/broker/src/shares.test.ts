import { expect, test } from "vitest";
import { laneOfPlace, timeOfPlace } from "./shares.ts";

test("a place tells its lane, whatever its time", () => {
  expect(laneOfPlace(1)).toBe("urgent");
  for (const place of [2, 4, 2002]) expect(laneOfPlace(place)).toBe("normal");
  for (const place of [3, 5, 2003]) expect(laneOfPlace(place)).toBe("bulk");
  expect(timeOfPlace(2002)).toBe(timeOfPlace(2003));
});
