import { clearScreenDown, cursorTo, moveCursor } from "node:readline";
import { picture, plainLine, type Standing } from "./progress.ts";

/** Where the demo speaks: lines that stay, and a standing that is redrawn in place where there is a terminal. */
export interface Screen {
  readonly columns: number;
  say(...lines: readonly string[]): void;
  show(standing: Standing): void;
  /** Leaves the last standing where it is: what is said from now on comes below. */
  settle(): void;
}

/** Without a terminal a standing is said as a line, no more often than this. */
const LINE_EVERY_MS = 2000;
const PLAIN_COLUMNS = 100;

export function openScreen(out: NodeJS.WriteStream): Screen {
  return out.isTTY ? terminal(out) : log(out);
}

function terminal(out: NodeJS.WriteStream): Screen {
  let drawn: readonly string[] = [];
  const erase = (): void => {
    if (drawn.length === 0) return;
    // A key that was typed may have moved it away from the beginning of the line.
    cursorTo(out, 0);
    moveCursor(out, 0, -drawn.length);
    clearScreenDown(out);
  };
  const write = (lines: readonly string[]): void => {
    if (lines.length > 0) out.write(`${lines.join("\n")}\n`);
  };
  return {
    get columns() {
      return out.columns;
    },
    say(...lines) {
      erase();
      write(lines);
      write(drawn);
    },
    show(standing) {
      erase();
      drawn = picture(standing, out.columns);
      write(drawn);
    },
    settle() {
      drawn = [];
    },
  };
}

function log(out: NodeJS.WriteStream): Screen {
  let saidAt = Number.NEGATIVE_INFINITY;
  let said = "";
  return {
    columns: PLAIN_COLUMNS,
    say(...lines) {
      for (const line of lines) out.write(`${line}\n`);
    },
    show(standing) {
      const line = plainLine(standing);
      const states = line.slice(line.indexOf(";"));
      if (states === said || performance.now() - saidAt < LINE_EVERY_MS) return;
      saidAt = performance.now();
      said = states;
      out.write(`${line}\n`);
    },
    settle() {},
  };
}
