import { type DebianOptions, debianProgram } from "./debian-program.ts";

const REDIS = { name: "redis", package: "redis-server", path: "usr/bin/redis-server" };

/**
 * The command line of Debian's redis-server out of the user's cache, fetched and unpacked there if it is
 * missing.
 */
export async function debianServer(options: DebianOptions = {}): Promise<string[]> {
  const { program, libraryPath } = await debianProgram(REDIS, options);
  // `env` sets the libraries for the server alone, and becomes the server: its process id stays the same.
  return ["env", `LD_LIBRARY_PATH=${libraryPath}`, program];
}
