import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Account } from "@hermod/providers/registry";
import { readConfig } from "@hermod/service/config";
import { DCLinter } from "dclint";
import { validate } from "dockerfile-utils";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { longestEndMs, placeholdersIn, ROOT, textOf, variablesRead } from "./files.ts";

const Service = z.object({
  image: z.string().optional(),
  build: z.object({ context: z.literal(".."), target: z.string() }).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  read_only: z.boolean(),
  init: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  stop_grace_period: z.string().optional(),
  profiles: z.array(z.string()).default([]),
});

const dockerfile = await textOf("Dockerfile");
const compose = await textOf("deploy/compose.yaml");
const configuration = await textOf("deploy/hermod.yaml");
const services = z
  .object({ services: z.record(z.string(), Service) })
  .parse(parse(compose, { merge: true })).services;
const built = Object.entries(services).flatMap(([name, service]) =>
  service.build === undefined ? [] : [{ name, target: service.build.target, ...service }],
);

/** The lines of one stage of the Dockerfile, those of its own alone. */
function stage(name: string): string {
  return (
    new RegExp(`^FROM \\S+ AS ${name}\\n([\\s\\S]*?)(?=^FROM |(?![\\s\\S]))`, "m").exec(dockerfile)?.[1] ?? ""
  );
}

const targets = [...dockerfile.matchAll(/^FROM runtime AS (\S+)$/gm)].map(([, name = ""]) => name);

describe("the Dockerfile", () => {
  test("has nothing that its linter finds", () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  test("has a target for every process", async () => {
    expect(targets.toSorted()).toEqual((await readdir(join(ROOT, "apps"))).toSorted());
  });

  test("takes the Node.js and the pnpm that the code is tested with", async () => {
    const workspace = parse(await textOf("pnpm-workspace.yaml"));
    const { packageManager, engines } = JSON.parse(await textOf("package.json"));
    const [, version] = /^ARG NODE_IMAGE=docker\.io\/library\/node:([\d.]+)-\S+$/m.exec(dockerfile) ?? [];
    expect(new Set(Object.values(workspace.catalogs.node))).toEqual(new Set([version]));
    expect(Number.parseInt(version ?? "", 10)).toBeGreaterThanOrEqual(Number(engines.node.replace(">=", "")));
    expect(dockerfile).toContain(` ${packageManager}\n`);
    expect([...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, from = ""]) => from)).not.toContainEqual(
      expect.stringMatching(/:/),
    );
  });

  test.for(targets)(
    "runs %s as Node.js itself, as nobody in particular, and is asked whether it lives",
    (name) => {
      const start = new RegExp(`^(?:CMD|ENTRYPOINT) \\["node", "apps/${name}/src/main\\.ts"\\]$`, "m");
      expect(stage(name)).toMatch(start);
      expect(stage(name)).not.toMatch(/^(?:USER|RUN|ENV) /m);
      expect(stage("runtime")).toMatch(/^USER 1000:1000$/m);
      expect(stage("runtime")).toMatch(/^HEALTHCHECK .*\\\n {2}CMD \["node", .*\/live/m);
    },
  );

  test("is given no secret", () => {
    const named = [...dockerfile.matchAll(/^(?:ARG|ENV) (.*)$/gm)].map(([, words = ""]) => words);
    expect(named.join(" ")).not.toMatch(/PASSWORD|SECRET|TOKEN|KEY/i);
  });
});

describe("the compose file", () => {
  test("has nothing that its linter finds", async () => {
    const { rules } = parse(await textOf("deploy/dclint.yaml"));
    const linter = new DCLinter({
      rules,
      quiet: false,
      debug: false,
      exclude: [],
      stylistic: undefined,
    } as never);
    const results: readonly { messages: readonly { rule: string; line: number }[] }[] = linter.lintFiles(
      [join(ROOT, "deploy/compose.yaml")],
      false,
    );
    const messages = results.flatMap((result) => result.messages);
    expect(messages.map(({ rule, line }) => `${line}: ${rule}`)).toEqual([]);
  });

  test("runs every process", () => {
    expect(new Set(built.map(({ target }) => target))).toEqual(new Set(targets));
  });

  test.for(Object.entries(services))("gives %s no right that it does not need", ([, service]) => {
    expect(service).toMatchObject({
      read_only: true,
      init: false,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    });
  });

  test.for(built)("sets for $name only what the process reads", async ({ target, environment }) => {
    const read = new Set([...(await variablesRead(target)), ...placeholdersIn(configuration)]);
    expect(Object.keys(environment).filter((name) => !read.has(name))).toEqual([]);
  });

  test.for(built.filter(({ target }) => !["board", "cli"].includes(target)))(
    "sets for $name what its configuration takes",
    ({ environment }) => {
      const missing = [...placeholdersIn(configuration)].filter((name) => environment[name] === undefined);
      expect(missing).toEqual([]);
    },
  );

  test.for(
    built.filter(({ stop_grace_period }) => stop_grace_period !== undefined && stop_grace_period !== ""),
  )("gives $name more time to end than it takes", async ({ target, stop_grace_period = "" }) => {
    if (target === "cli") return expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(0);
    const leastMs = await longestEndMs(target);
    expect(leastMs).toBeGreaterThan(0);
    expect(Number.parseInt(stop_grace_period, 10) * 1000).toBeGreaterThan(leastMs);
  });

  test("publishes the port that the image serves on, and to this machine alone", () => {
    const [, port] = /^EXPOSE (\d+)$/m.exec(dockerfile) ?? [];
    expect(stage("runtime")).toContain(`PORT=${port}`);
    const published = built.flatMap(({ ports }) => ports);
    expect(published.length).toBeGreaterThan(0);
    for (const each of published) expect(each).toMatch(new RegExp(`^127\\.0\\.0\\.1:\\d+:${port}$`));
  });
});

test.for(["deploy/hermod.yaml", "deploy/kubernetes/hermod.yaml"])(
  "%s is a configuration that starts",
  async (path) => {
    const key = Buffer.alloc(32, 1).toString("base64");
    const names = placeholdersIn(await textOf(path));
    const values = Object.fromEntries(
      [...names].map((name) => [name, name.includes("KEY") ? key : `https://${name}`]),
    );
    expect(Object.keys(readConfig(join(ROOT, path), Account, values).accounts)).toEqual(["etelecom-main"]);
  },
);
