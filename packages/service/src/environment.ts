import { z } from "zod";
import { ConfigError, problemsOf } from "./config-error.ts";
import { type TraceExport, TraceVariables, traceExportOf } from "./trace-export.ts";

const Environment = z.object({
  REDIS_URL: z.string().min(1).default("redis://127.0.0.1:6379"),
  HERMOD_CONFIG: z.string().min(1).default("hermod.yaml"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  PORT: z.coerce.number("must be a port").int().min(0).max(65_535).optional(),
  ACCOUNTS: z
    .string()
    .transform((list) =>
      list
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== ""),
    )
    .transform((names) => (names.length === 0 ? undefined : names))
    .optional(),
  ...TraceVariables,
});

/** What a process is told by its environment. */
export interface ProcessEnvironment {
  readonly redisUrl: string;
  readonly configPath: string;
  readonly logLevel: string;
  /** Port of `/live`, `/ready` and `/metrics`; without one they are not served. */
  readonly port?: number | undefined;
  /** Accounts that this worker works for; all when absent. */
  readonly accounts?: readonly string[] | undefined;
  /** How traces are shown; not at all when absent. */
  readonly traceExport?: TraceExport | undefined;
}

/**
 * Reads the environment, and by `own` what only this process takes from it; throws a `ConfigError` that names every
 * bad variable. An empty variable means an absent one, because a compose file passes on what is not set as "".
 */
export function readEnvironment<Own extends object = object>(
  env: Readonly<Record<string, string | undefined>>,
  own?: z.ZodType<Own>,
): ProcessEnvironment & Own {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== ""));
  const parsed = Environment.safeParse(given);
  const mine = own?.safeParse(given);
  if (!parsed.success || mine?.success === false) {
    const errors = [parsed.error, mine?.error].filter((error) => error !== undefined);
    throw new ConfigError(
      "The environment",
      errors.flatMap((error) => problemsOf(error)),
    );
  }
  const { REDIS_URL, HERMOD_CONFIG, LOG_LEVEL, PORT, ACCOUNTS } = parsed.data;
  return {
    ...(mine?.data as Own),
    redisUrl: REDIS_URL,
    configPath: HERMOD_CONFIG,
    logLevel: LOG_LEVEL,
    port: PORT,
    accounts: ACCOUNTS,
    traceExport: traceExportOf(parsed.data),
  };
}
