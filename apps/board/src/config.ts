import { type ProcessEnvironment, readEnvironment } from "@hermod/service/environment";
import { z } from "zod";

/** Who may look, and whether they may also pause and resume queues. */
export interface Access {
  readonly user: string;
  readonly password: string;
  readonly writable: boolean;
}

const secret = (name: string) =>
  z
    .string(`must be set: the board shows nothing without a ${name}`)
    .regex(/^\P{Cc}+$/u, "must not hold a line break or another control character");

/** What `hermod number-keys` prints: 32 bytes in base64, one or with commas several. */
const NumberKeys = z
  .string()
  .default("")
  .transform((list) => list.split(",").map((key) => key.trim()))
  .transform((keys) => keys.filter((key) => key !== ""))
  .refine(
    (keys) => keys.every((key) => /^[A-Za-z0-9+/]{43}=$/.test(key)),
    "must be what `hermod number-keys` prints",
  );

const Board = z
  .object({
    BOARD_USER: secret("user name").regex(/^[^:]*$/, "must not hold a colon"),
    BOARD_PASSWORD: secret("password"),
    BOARD_WRITABLE: z.enum(["true", "false"]).default("false"),
    BOARD_NUMBER_KEYS: NumberKeys,
  })
  .transform(({ BOARD_USER, BOARD_PASSWORD, BOARD_WRITABLE, BOARD_NUMBER_KEYS }) => ({
    numberKeys: BOARD_NUMBER_KEYS,
    access: { user: BOARD_USER, password: BOARD_PASSWORD, writable: BOARD_WRITABLE === "true" },
  }));

const DEFAULT_PORT = 8080;

/** What the board is told by its environment. */
export type BoardEnvironment = ProcessEnvironment & {
  readonly port: number;
  readonly access: Access;
  /** What finds messages by their numbers where those are sealed. */
  readonly numberKeys: readonly string[];
};

/** Reads the environment; throws a `ConfigError` that names every bad variable. */
export function readBoardEnvironment(env: Readonly<Record<string, string | undefined>>): BoardEnvironment {
  const environment = readEnvironment(env, Board);
  return { ...environment, port: environment.port ?? DEFAULT_PORT };
}
