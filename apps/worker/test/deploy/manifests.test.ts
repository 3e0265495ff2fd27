import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { Service } from "kubernetes-models/v1/Service";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { namedIn } from "../promql.ts";
import { longestEndMs, placeholdersIn, ROOT, textOf, variablesRead } from "./files.ts";

const FOLDER = "deploy/kubernetes";
const KINDS = { Deployment, NetworkPolicy, PodDisruptionBudget, Namespace, Service, ScaledObject };

type Manifest = Record<string, never> & {
  readonly kind: string;
  readonly metadata: { readonly name: string };
};

const { resources } = parse(await textOf(`${FOLDER}/kustomization.yaml`)) as { resources: string[] };
const manifests = (
  await Promise.all(
    resources.map(async (file) =>
      parseAllDocuments(await textOf(`${FOLDER}/${file}`)).map((document) => document.toJS() as Manifest),
    ),
  )
).flat();

const named = (manifest: Manifest) => `${manifest.kind} ${manifest.metadata.name}`;
const ofKind = <Kind extends keyof typeof KINDS>(kind: Kind): InstanceType<(typeof KINDS)[Kind]>[] =>
  manifests.filter((manifest) => manifest.kind === kind) as never[];
const deployments = ofKind("Deployment").map((deployment) => ({
  app: deployment.metadata?.name?.replace("hermod-", "") ?? "",
  replicas: deployment.spec?.replicas ?? 0,
  labels: deployment.spec?.template.metadata?.labels ?? {},
  pod: deployment.spec?.template.spec,
  container: deployment.spec?.template.spec?.containers[0],
}));

test("the kustomization names every manifest that there is", async () => {
  const files = (await readdir(join(ROOT, FOLDER))).filter((file) => file.endsWith(".yaml"));
  const others = ["kustomization.yaml", "hermod.yaml"];
  expect(files.filter((file) => !others.includes(file)).toSorted()).toEqual(resources.toSorted());
});

test.for(manifests.map((manifest) => [named(manifest), manifest] as const))(
  "%s is what Kubernetes takes",
  ([, manifest]) => {
    const kind = KINDS[manifest.kind as keyof typeof KINDS];
    expect(() => new kind(manifest as never).validate()).not.toThrow();
  },
);

describe.for(deployments)("the pods of $app", ({ app, replicas, labels, pod, container }) => {
  test("are asked whether they live and whether they are ready, where they serve it", () => {
    expect(container?.ports).toEqual([{ name: "http", containerPort: 8080 }]);
    expect(container?.livenessProbe?.httpGet).toEqual({ path: "/live", port: "http" });
    expect(container?.readinessProbe?.httpGet).toEqual({ path: "/ready", port: "http" });
  });

  test("have more time to end than the process takes", async () => {
    const leastMs = await longestEndMs(app);
    expect(leastMs).toBeGreaterThan(0);
    const waits = container?.lifecycle?.preStop?.sleep?.seconds ?? 0;
    expect(((pod?.terminationGracePeriodSeconds ?? 0) - waits) * 1000).toBeGreaterThan(leastMs);
  });

  test("have no right that they do not need", () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  test("are told what the process reads, its configuration included, and secrets by reference", async () => {
    const configured = placeholdersIn(await textOf(`${FOLDER}/hermod.yaml`));
    const read = new Set([...(await variablesRead(app)), ...configured]);
    const told = container?.env ?? [];
    expect(told.map(({ name }) => name).filter((name) => !read.has(name))).toEqual([]);
    const needed = app === "board" ? ["BOARD_USER", "BOARD_PASSWORD"] : [...configured];
    expect(told.map(({ name }) => name)).toEqual(expect.arrayContaining(["REDIS_URL", ...needed]));
    const inTheClear = told.filter(({ value }) => value !== undefined).map(({ name }) => name);
    expect(inTheClear.join()).not.toMatch(/PASSWORD|KEY|TOKEN|REDIS_URL/);
  });

  test("are not all taken away at once", () => {
    const budgets = ofKind("PodDisruptionBudget").filter(
      ({ spec }) =>
        spec?.selector?.matchLabels?.["app.kubernetes.io/name"] === labels["app.kubernetes.io/name"],
    );
    expect(budgets.length).toBe(replicas > 1 ? 1 : 0);
  });
});

test("nobody speaks with a pod, nor a pod with anybody, unless a policy says so", () => {
  const policies = ofKind("NetworkPolicy").map(({ spec }) => spec);
  expect(policies).toContainEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  const outwards = policies.filter((spec) => JSON.stringify(spec?.egress ?? []).includes("0.0.0.0/0"));
  const named = { key: "app.kubernetes.io/name", operator: "In", values: ["hermod-worker", "hermod-poller"] };
  expect(outwards.map((spec) => spec?.podSelector?.matchExpressions)).toEqual([[named]]);
});

test("workers are scaled by a figure that a poller tells", async () => {
  const [scaled] = ofKind("ScaledObject");
  expect(deployments.map(({ app }) => `hermod-${app}`)).toContain(scaled?.spec?.scaleTargetRef.name);
  const query = scaled?.spec?.triggers[0]?.metadata["query"] ?? "";
  const { metrics, isWellFormed } = namedIn(query);
  expect(isWellFormed).toBe(true);
  const told = await textOf("packages/service/src/backlog-metrics.ts");
  for (const { name, labels } of metrics)
    for (const word of [name, ...labels]) expect(told).toContain(`"${word}"`);
});
