import { defineConfig } from "tsdown";

/** Core and broker, being private, become part of the bundle; what `dependencies` names stays outside. */
export default defineConfig({
  entry: "src/index.ts",
  format: "esm",
  platform: "node",
  target: "node22",
  dts: true,
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
});
