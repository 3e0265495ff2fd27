import type { AddressInfo } from "node:net";
import { portProblem } from "./port-problem.ts";

/** A server that has not begun yet, as Fastify makes them. */
interface Listening {
  listen(at: { port: number; host: string }): Promise<unknown>;
  readonly server: { address(): string | AddressInfo | null };
}

/**
 * Takes requests on all addresses of this machine and returns the port; throws a `ConfigError` when it cannot be had.
 */
export async function listen(app: Listening, port: number): Promise<number> {
  try {
    await app.listen({ port, host: "::" }).catch(async (error: NodeJS.ErrnoException) => {
      // A machine without IPv6.
      if (error.code !== "EAFNOSUPPORT" && error.code !== "EADDRNOTAVAIL") throw error;
      await app.listen({ port, host: "0.0.0.0" });
    });
    const address = app.server.address();
    return typeof address === "object" ? (address?.port ?? port) : port;
  } catch (error) {
    throw portProblem(port, error as NodeJS.ErrnoException);
  }
}
