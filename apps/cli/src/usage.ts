/** What the command line understands. */
export const USAGE = `Usage: node apps/cli/src/main.ts <command>

  demo     shows the whole walk of messages on this machine, against a simulated provider
             --messages <n>   how many (300)
             --seed <n>       the same seed gives the same mix (1)
             --keep           stay up afterwards under a small load, until Ctrl-C

  send     hands over a message and prints its id
             --account <name> --to <+84…>
             --template <name> [--param <key>=<value>]…   and/or   --text <text>
             [--producer <name>] [--priority urgent|normal|bulk]
             [--idempotency-key <text>] [--expires-in-ms <n>]
             [--wait]         wait until it is final
             [--json]
  get      <id> [--json]      what became of a message
  cancel   <id> [--json]      ends a message that was not sent yet

Environment of send, get and cancel: REDIS_URL (redis://127.0.0.1:6379), and HERMOD_CONFIG, of which only the
encryption keys are used. The demo works in the Redis of REDIS_URL, or starts one of its own.`;
