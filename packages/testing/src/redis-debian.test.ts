import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { debianServer } from "./redis-debian.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** An apt-get whose one package is in reach, and a dpkg-deb that takes its time over each file. */
async function debian({ server = "echo Redis" } = {}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "hermod-debian-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const programs = {
    "apt-get": `
      echo "$*" >> ${root}/asked
      for word; do case $word in Dir::Cache=*) cache=\${word#Dir::Cache=};; esac; done
      touch "$cache/archives/redis-server_7.deb"`,
    "dpkg-deb": `
      mkdir -p "$3/usr/bin"; sleep 0.1
      printf '#!/bin/sh\\n${server}\\n' > "$3/usr/bin/redis-server"; sleep 0.1
      chmod +x "$3/usr/bin/redis-server"`,
  };
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(root, name), `#!/bin/sh\nset -e\n${script}\n`);
    await chmod(join(root, name), 0o755);
  }
  vi.stubEnv("PATH", `${root}${delimiter}${process.env["PATH"]}`);
  return root;
}

test("several at once unpack without harm to one another", async () => {
  const cache = join(await debian(), "cache");
  const commands = await Promise.all(Array.from({ length: 4 }, () => debianServer({ cache })));
  for (const command of commands) expect(command).toEqual(commands[0]);
  expect(await readdir(cache)).toHaveLength(1);
});

test("what is unpacked already is taken without asking Debian", async () => {
  const root = await debian();
  const cache = join(root, "cache");
  await debianServer({ cache });
  await rm(join(root, "asked"));
  await debianServer({ cache });
  expect(await readdir(root)).not.toContain("asked");
});

test("a server that does not run here is not kept", async () => {
  const cache = join(await debian({ server: "exit 127" }), "cache");
  await expect(debianServer({ cache })).rejects.toThrow("does not run here");
  expect(await readdir(cache)).toEqual([]);
});

test("a broken server in the cache is replaced", async () => {
  const cache = join(await debian(), "cache");
  const command = await debianServer({ cache });
  await writeFile(command.at(-1) ?? "", "#!/bin/sh\nexit 127\n");
  await debianServer({ cache, log: () => {} });
  expect(await readdir(cache)).toHaveLength(1);
});
