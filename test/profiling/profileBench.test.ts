// @vitest-environment jsdom
import {readFile} from "node:fs/promises";
import {expect, it} from "vitest";
import type {ProfileClient} from "../../src/components/profiling/client.js";
import {profileBench} from "../../src/components/profiling/profileBench.js";
import {readProfileRecord} from "../../src/components/profiling/profileRecord.js";
import type {ProfileReport, ProfileRequest} from "../../src/components/profiling/protocol.js";

const recorded = readProfileRecord(JSON.parse(await readFile("src/data/profile.json", "utf8")));

function opened(hasAdapter = true, quieten: () => string | null = () => null) {
  const asked: ProfileRequest[] = [];
  let hear: (report: ProfileReport) => void = () => {};
  let stops = 0;
  const client = {
    measure(request: ProfileRequest, onReport: typeof hear) {
      asked.push(request);
      hear = onReport;
    },
    stop: () => stops++
  } as unknown as ProfileClient;
  const bench = profileBench({recorded, quieten, client, hasAdapter: async () => hasAdapter});
  const button = (name: string) =>
    [...bench.querySelectorAll("button")].find(({textContent}) => textContent === name)!;
  return {
    bench,
    asked,
    say: (report: ProfileReport) => hear(report),
    stops: () => stops,
    start: button("Measure this device"),
    stop: button("Stop"),
    status: () => bench.querySelector("[role=status]")!.textContent,
    title: () => bench.querySelector("h3")!.textContent,
    batch: bench.querySelector<HTMLInputElement>("input[type=number]")!,
    preset: bench.querySelector("select")!,
    submit: () => bench.querySelector("form")!.dispatchEvent(new Event("submit", {cancelable: true}))
  };
}

it("shows what was recorded, and cannot measure without an adapter", async () => {
  const {start, stop, status, title, bench} = opened(false);
  await expect.poll(status).toMatch(/^This browser offers no WebGPU adapter/);
  expect([start.disabled, stop.disabled]).toEqual([true, true]);
  expect(title()).toBe("A recorded profile, not of your device");
  expect(bench.textContent).toContain(recorded.adapter);
  expect(bench.querySelectorAll("tbody tr")).toHaveLength(recorded.kernels.length);
});

it("measures what was asked for, tells how far it is, and shows the result", async () => {
  const {start, stop, preset, batch, submit, asked, say, status, title, bench} = opened();
  await expect.poll(() => start.disabled).toBe(false);
  preset.value = "baby";
  preset.dispatchEvent(new Event("change"));
  expect(batch.value).toBe("4");
  submit();
  expect(asked).toEqual([{preset: "baby", batchSize: 4}]);
  expect([start.disabled, stop.disabled]).toEqual([true, false]);
  say({type: "started", adapter: "WebGPU (a GPU)"});
  expect(status()).toBe("Measuring on WebGPU (a GPU).");
  say({type: "progress", progress: {label: "4 of 4: timing", done: 3, total: 40, unit: "kernels"}});
  const progress = bench.querySelector<HTMLElement>(".progress")!;
  expect(progress.hidden).toBe(false);
  expect(progress.textContent).toMatch(/4 of 4: timing.*3 of 40 kernels · .* left/);
  say({
    type: "measured",
    record: {...recorded, adapter: "WebGPU (a GPU)", kernels: recorded.kernels.slice(0, 3)}
  });
  expect(title()).toBe("Measured on this device");
  expect(bench.querySelectorAll("tbody tr")).toHaveLength(3);
  expect([start.disabled, stop.disabled, progress.hidden]).toEqual([false, true, true]);
});

it("makes the device quiet first, and says so until the end", async () => {
  const {start, submit, say, stop, status} = opened(true, () => "Your run was paused.");
  await expect.poll(() => start.disabled).toBe(false);
  expect(status()).not.toContain("paused");
  submit();
  say({type: "started", adapter: "WebGPU (a GPU)"});
  expect(status()).toBe("Your run was paused. Measuring on WebGPU (a GPU).");
  stop.click();
  expect(status()).toMatch(/^Your run was paused\. Stopped\./);
});

it("stops when asked to, and keeps what it shows", async () => {
  const {start, stop, submit, stops, status, title} = opened();
  await expect.poll(() => start.disabled).toBe(false);
  submit();
  stop.click();
  expect(stops()).toBe(1);
  expect(status()).toMatch(/^Stopped\./);
  expect(title()).toBe("A recorded profile, not of your device");
  expect(start.disabled).toBe(false);
});

it.each(["", "0", "2.5", "257"])("refuses a batch of “%s”", async (value) => {
  const {start, batch, submit, asked, bench} = opened();
  await expect.poll(() => start.disabled).toBe(false);
  batch.value = value;
  submit();
  expect(asked).toEqual([]);
  expect(bench.querySelector("[role=alert]")!.textContent).toContain("a whole number from 1 to 256");
});

it("tells what went wrong, and can be tried again", async () => {
  const {start, submit, say, bench} = opened();
  await expect.poll(() => start.disabled).toBe(false);
  submit();
  say({type: "failed", message: "The GPU failed."});
  expect(bench.querySelector("[role=alert]")!.textContent).toContain("The GPU failed.");
  expect(start.disabled).toBe(false);
  submit();
  expect(bench.querySelector("[role=alert]")).toBeNull();
});
