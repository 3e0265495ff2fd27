import { expect, test } from "vitest";
import { readBoardEnvironment } from "./config.ts";

const ACCESS = { BOARD_USER: "operator", BOARD_PASSWORD: "secret" };

test("a board shows and does not change anything unless it is told otherwise", () => {
  expect(readBoardEnvironment(ACCESS)).toMatchObject({
    port: 8080,
    access: { user: "operator", password: "secret", writable: false },
  });
  expect(readBoardEnvironment({ ...ACCESS, BOARD_WRITABLE: "true" }).access.writable).toBe(true);
});

test("what finds messages by number is 32 bytes in base64, one or several, or nothing", () => {
  const key = Buffer.alloc(32, 1).toString("base64");
  expect(readBoardEnvironment(ACCESS).numberKeys).toEqual([]);
  expect(readBoardEnvironment({ ...ACCESS, BOARD_NUMBER_KEYS: `${key}, ${key}` }).numberKeys).toEqual([
    key,
    key,
  ]);
  const wrong = () => readBoardEnvironment({ ...ACCESS, BOARD_NUMBER_KEYS: `${key},canary` });
  expect(wrong).toThrow(/1 problem:(?!.*canary).*BOARD_NUMBER_KEYS/s);
});

test("without user and password there is no board, and one error names them with every other bad variable", () => {
  const read = () => readBoardEnvironment({ BOARD_PASSWORD: " ", BOARD_WRITABLE: "yes", PORT: "many" });
  expect(read).toThrow(/4 problems:.*PORT.*BOARD_USER.*BOARD_PASSWORD.*BOARD_WRITABLE/s);
});

test.for([{ BOARD_USER: "a:b" }, { BOARD_PASSWORD: "secret-canary\n2" }])(
  "what no browser can send is refused at the start, and not shown: %j",
  (bad) => {
    expect(() => readBoardEnvironment({ ...ACCESS, ...bad })).toThrow(/1 problem:(?!.*(canary|a:b))/s);
  },
);
