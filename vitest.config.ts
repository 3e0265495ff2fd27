import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The tests spawn servers and worker processes of their own: more files at once than cores only wait for one another.
    maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
    coverage: {
      provider: "v8",
      include: ["{apps,packages}/*/src/**/*.ts"],
      reporter: ["text-summary", "lcov"],
    },
    projects: [
      {
        test: {
          name: "unit",
          include: ["{apps,packages}/*/{src,test}/**/*.test.ts"],
          exclude: ["**/*.redis.test.ts", "**/node_modules/**"],
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: "redis",
          include: ["{apps,packages}/*/{src,test}/**/*.redis.test.ts"],
          globalSetup: "packages/testing/src/vitest-redis.ts",
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
