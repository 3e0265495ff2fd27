import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that only this user can read; it is gone when disposed of, or when this process exits in whatever hurry. */
export function openPrivateFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "hermod-demo-"));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  process.once("exit", remove);
  return {
    path,
    [Symbol.dispose]() {
      process.off("exit", remove);
      remove();
    },
  };
}
