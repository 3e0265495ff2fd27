import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { z } from "zod";

/**
 * Worker, poller and client of an earlier version with all that they need, as `make.ts` bundled them. Commit `deb0baa`: the last one
 * whose records had every field written, so that it cannot read those that leave some out.
 */
export const EARLIER = new URL("hermod-deb0baa.br", import.meta.url);

/** An earlier version, ready to be run. */
export interface Earlier extends AsyncDisposable {
  readonly worker: URL;
  readonly poller: URL;
  readonly openClient: typeof import("@hermod/client").openClient;
}

/** Unpacks the earlier version into a folder of its own, which goes with it. */
export async function unpackEarlier(): Promise<Earlier> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "hermod-earlier-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const files = z.record(z.string(), z.string()).parse(JSON.parse(await unpacked()));
  const all = Object.entries({ ...files, "package.json": '{ "type": "module" }' });
  await Promise.all(all.map(([name, text]) => writeFile(join(folder, name), text)));
  const at = (name: string): URL => pathToFileURL(join(folder, name));
  const { openClient } = (await import(at("client.js").href)) as Pick<Earlier, "openClient">;
  const owned = stack.move();
  return {
    worker: at("worker.js"),
    poller: at("poller.js"),
    openClient,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function unpacked(): Promise<string> {
  return brotliDecompressSync(await readFile(EARLIER)).toString();
}
