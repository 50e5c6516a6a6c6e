import {defineConfig} from "vitest/config";

/** What every project shares: processes, because Dawn finds its driver as one starts, and can take one down. */
const shared = {
  environment: "node",
  pool: "forks" as const,
  globalSetup: ["test/webgpuSetup.ts"],
  hookTimeout: 120_000
};

const inBrowser = {
  globalSetup: ["test/browser/siteSetup.ts"],
  setupFiles: ["test/browser/siteReady.ts"],
  // One browser occupies both of a small machine's cores: two at a time are no faster, and keep each other waiting.
  fileParallelism: false,
  testTimeout: 300_000
};

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
          // To start a process, and TensorFlow.js in it, takes longer than most of the files.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**", "test/verify/**"],
          testTimeout: 120_000
        }
      },
      {
        test: {
          ...shared,
          ...inBrowser,
          name: "browser",
          include: ["test/browser/**/*.test.ts"]
        }
      },
      {
        test: {
          ...shared,
          ...inBrowser,
          name: "verify-browser",
          include: ["test/verify/browser/**/*.test.ts"]
        }
      },
      {
        test: {
          ...shared,
          name: "verify",
          include: ["test/verify/**/*.test.ts"],
          exclude: ["test/verify/browser/**"],
          testTimeout: 3_600_000
        }
      }
    ]
  }
});
