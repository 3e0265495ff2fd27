import { expect, test } from "vitest";
import { redisAddress } from "./redis-address.ts";

/** What a connection to an address would be opened with. */
function optionsOf(url: string) {
  const redis = redisAddress(url).open({ lazyConnect: true });
  redis.disconnect();
  return redis.options;
}

test("sentinels are named with or without ports, and the password is that of their master", () => {
  expect(optionsOf("redis+sentinel://me:p%40ss:word@one:5000,two,[::1]:7000/main")).toMatchObject({
    sentinels: [
      { host: "one", port: 5000 },
      { host: "two", port: 26_379 },
      { host: "::1", port: 7000 },
    ],
    name: "main",
    username: "me",
    password: "p@ss:word",
    failoverDetector: true,
  });
});

test("sentinels may have a password of their own, and TLS is for both", () => {
  const url = "rediss+sentinel://:secret@one/main?sentinelUsername=guard&sentinelPassword=p%2Bq";
  expect(optionsOf(url)).toMatchObject({
    ...{ password: "secret", sentinelUsername: "guard", sentinelPassword: "p+q" },
    ...{ tls: {}, enableTLSForSentinelMode: true },
  });
});

test("an address is told without its password", () => {
  expect(redisAddress("redis://me:canary@one:6379").place).toBe("one:6379");
  expect(redisAddress("redis+sentinel://me:canary@one,two:5000/main?sentinelPassword=canary").place).toBe(
    "one,two:5000 (sentinels)",
  );
});

test.for([
  ["localhost", /not an address such as redis:/],
  ["http://localhost", /must begin with redis:/],
  ["redis+sentinel://canary@one:26379", /not an address of sentinels such as/],
  ["redis+sentinel://one:canary/main", /names a sentinel that is no host and port/],
] as const)("what is no address is told without what stands in it: %s", ([url, words]) => {
  expect(() => redisAddress(url)).toThrow(words);
  expect(() => redisAddress(url)).not.toThrow(/canary/);
});
