import {defineConfig} from "vitest/config";

/** What every project shares: forked processes, because Dawn and a lost WebAssembly heap can take one down. */
const shared = {
  environment: "node",
  pool: "forks" as const,
  globalSetup: ["test/webgpuSetup.ts"],
  hookTimeout: 120_000
};

/** Files that start TensorFlow.js, a GPU's driver or other programs, which had better not find what others left. */
const onDevices = [
  "cli",
  "evaluation",
  "exchange",
  "inspection",
  "model",
  "ops",
  "parallel",
  "profiling",
  "training",
  "webgpu"
];

export default defineConfig({
  test: {
    maxWorkers: 2,
    // TensorFlow.js advertises its native package whenever it runs in Node.
    onConsoleLog: (log) => !log.includes("you are running TensorFlow.js in Node.js"),
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          // To start a process for each of these files takes longer than most of them.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: ["browser", "verify", ...onDevices].map((folder) => `test/${folder}/**`),
          testTimeout: 120_000
        }
      },
      {
        test: {
          ...shared,
          name: "device",
          include: onDevices.map((folder) => `test/${folder}/**/*.test.ts`),
          testTimeout: 120_000
        }
      },
      {
        test: {
          ...shared,
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/siteSetup.ts"],
          setupFiles: ["test/browser/siteReady.ts"],
          // One browser occupies both of a small machine's cores: two at a time are no faster, and keep each other waiting.
          fileParallelism: false,
          testTimeout: 300_000
        }
      },
      {
        test: {
          ...shared,
          name: "verify",
          include: ["test/verify/**/*.test.ts"],
          testTimeout: 3_600_000
        }
      }
    ]
  }
});
