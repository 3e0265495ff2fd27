import { ConfigError } from "./config-error.ts";

/** Why a server could not listen. */
export function portProblem(port: number, error: NodeJS.ErrnoException): ConfigError {
  return new ConfigError("PORT", [whyNot(port, error)]);
}

function whyNot(port: number, { code }: NodeJS.ErrnoException): string {
  switch (code) {
    case "EADDRINUSE":
      return `${port} is in use by another process`;
    case "EACCES":
      return `${port} needs rights that this process has not`;
    default:
      return `${port} cannot be listened on (${code ?? "no code"})`;
  }
}
