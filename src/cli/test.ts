import {parseArgs} from "node:util";
import {createVitest, type TestCase, type TestModule} from "vitest/node";

/**
 * `npm test`: runs the tests, says what they ran on, and ends with one line "N passed, N failed, N skipped".
 * Arguments after `--` choose projects (`--project verify`) and files by part of their name. Every test that
 * did not run is named with its reason; one without a reason counts as a failure of the run.
 */
const {values, positionals} = parseArgs({
  options: {project: {type: "string", multiple: true, default: ["unit", "browser"]}},
  allowPositionals: true
});

const vitest = await createVitest("test", {project: values.project, run: true, watch: false});
/** What kept the run from starting, such as a site that does not build. */
let obstacle: unknown;
try {
  await vitest.start(positionals);
} catch (error) {
  obstacle = error;
}
const ground = Object.assign({}, ...vitest.projects.map((project) => project.getProvidedContext()));
await vitest.close();

const modules = vitest.state.getTestModules();
const tests = modules.flatMap((module) => [...module.children.allTests()]);
const inState = (state: string) => tests.filter((test) => test.result().state === state);
const passed = inState("passed");
const failed = inState("failed");
const skipped = tests.filter((test) => !passed.includes(test) && !failed.includes(test));

/** Files and suites that failed outside any test: an import that does not resolve, a hook that throws. */
const broken = modules.filter((module) => !module.ok() && ![...module.children.allTests("failed")].length);
const strays = vitest.state.getUnhandledErrors();
const unexplained = skipped.filter((test) => reason(test) === undefined);

function reason(test: TestCase): string | undefined {
  const result = test.result();
  return result.state === "skipped" ? result.note : undefined;
}

const name = (test: TestCase) => `${test.module.relativeModuleId} > ${test.fullName}`;
const list = (title: string, lines: string[]) => {
  if (lines.length > 0) console.log(`\n${title}\n${lines.map((line) => `  ${line}`).join("\n")}`);
};

list("Failed:", failed.map(name));
list("Broke outside a test:", [
  ...broken.map((module: TestModule) => module.relativeModuleId),
  ...strays.map(String)
]);
list(
  "Did not run:",
  skipped.map((test) => `${name(test)}: ${reason(test) ?? "no reason given"}`)
);
if (obstacle)
  console.log(`\nThe run could not start: ${obstacle instanceof Error ? obstacle.message : obstacle}`);
else if (tests.length === 0) console.log("\nNo test was found.");

console.log("");
for (const [label, key] of [
  ["WebGPU in Node", "webgpu"],
  ["Browser", "browser"]
] as const)
  if (key in ground) console.log(`${label}: ${ground[key] ?? "none"}`);
const faults = failed.length + broken.length + strays.length + (obstacle ? 1 : 0);
console.log(`${passed.length} passed, ${faults} failed, ${skipped.length} skipped`);

process.exit(tests.length > 0 && faults + unexplained.length === 0 ? 0 : 1);
