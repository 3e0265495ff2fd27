import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ROOT } from "./files.ts";

const run = promisify(execFile);

/** Why there is no engine to build with; nothing where there is one. */
const missing = await run("docker", ["version", "--format", "{{.Server.Version}}"], { timeout: 10_000 }).then(
  () => "",
  ({ message }: Error) => `no container engine answers: ${message.split("\n").at(1) ?? message}`,
);

test("an image of a worker runs as nobody, writes nothing, says what is wrong and ends by itself", {
  timeout: 900_000,
}, async ({ skip }) => {
  skip(missing !== "", missing);
  const tag = "hermod-worker:tested";
  await run("docker", ["build", "--target", "worker", "--tag", tag, ROOT], { maxBuffer: 2 ** 26 });
  const { stdout } = await run("docker", ["inspect", "--format", "{{.Config.User}}", tag]);
  expect(stdout.trim()).toBe("1000:1000");
  const started = run("docker", [
    "run",
    "--rm",
    "--read-only",
    "--cap-drop",
    "ALL",
    "--network",
    "none",
    tag,
  ]);
  await expect(started).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("/etc/hermod/hermod.yaml cannot be used, 1 problem:"),
  });
});
