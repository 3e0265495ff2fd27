import { HermodUnavailableError } from "@hermod/client";
import { Interrupted, openInterrupts } from "./interrupts.ts";
import { type DemoOptions, runDemo } from "./run-demo.ts";
import { openScreen } from "./screen.ts";
import { StageError } from "./stage-error.ts";

/** The command: runs the demo, and turns every end of it into an exit code. */
export async function demo(options: DemoOptions): Promise<number> {
  const screen = openScreen(process.stdout);
  using interrupts = openInterrupts(screen.say);
  try {
    return await runDemo(options, screen, interrupts);
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    const isKnown = error instanceof StageError || error instanceof HermodUnavailableError;
    console.error(isKnown ? error.message : error);
    // A process that hangs at its start is held by a leash that only our own end lets go.
    process.exit(1);
  }
}
