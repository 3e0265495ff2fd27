import { HermodUnavailableError } from "@hermod/client";
import type { DemoArguments } from "./demo-arguments.ts";
import { Interrupted, openInterrupts } from "./interrupts.ts";
import { runDemo } from "./run-demo.ts";
import { openScreen } from "./screen.ts";
import { StageError } from "./stage-error.ts";

/** The command: runs the demo, and turns every end of it into an exit code. */
export async function demo(args: DemoArguments): Promise<number> {
  // Data alone goes to standard output, where it is asked for.
  const screen = openScreen(args.json ? process.stderr : process.stdout);
  using interrupts = openInterrupts(screen.say);
  try {
    return await runDemo(args, screen, interrupts);
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    const isKnown = error instanceof StageError || error instanceof HermodUnavailableError;
    console.error(isKnown ? error.message : error);
    // A process that hangs at its start is held by a leash that only our own end lets go.
    process.exit(1);
  }
}
