import {expect, it} from "vitest";
import {reportProfile} from "../../src/cli/bench/profile.js";
import {measureProfile} from "../../src/components/profiling/measureProfile.js";
import {useBackend} from "../backends.js";
import {collected, tiny} from "../profiling/profileCases.js";

it("a profile times every kernel on a device that computes, against what the device attains", async () => {
  await useBackend("webgpu");
  const heard: string[] = [];
  const record = await measureProfile("tiny", tiny, {
    adapter: "SwiftShader",
    onProgress: ({label, done, total}) => {
      expect(done).toBeLessThanOrEqual(total);
      if (heard.at(-1) !== label) heard.push(label);
    }
  });
  expect(heard.map((label) => label[0])).toEqual(["1", "2", "3", "4"]);
  expect(record.attainable!.bytesPerSecond).toBeGreaterThan(1e7);
  expect(record.attainable!.flopsPerSecond).toBeGreaterThan(1e7);
  expect(record.milliseconds!).toBeGreaterThan(record.cpuMilliseconds);
  const times = record.kernels.map(({runs, microseconds}) => runs * microseconds!);
  expect(Math.min(...times)).toBeGreaterThan(0);
  expect(times).toEqual([...times].sort((a, b) => b - a));
  const {rows, lines, report} = collected();
  reportProfile(record, report);
  expect(rows).toHaveLength(record.kernels.length + 1);
  expect(rows.slice(1).reduce((sum, {share}) => sum + (share as number), 0)).toBeCloseTo(1, 1);
  expect(lines[1]).toMatch(
    / × \d+: [\d.]+%, [\d.]+ µs, .* GB\/s, .*% of attainable \((memory|compute)-bound\)$/
  );
});
