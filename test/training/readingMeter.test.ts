import {expect, it} from "vitest";
import {ReadingMeter} from "../../src/components/training/readingMeter.js";

it("tells the beginning and the end of each reading, and ten times a second between", () => {
  let now = 0;
  const meter = new ReadingMeter(() => now);
  const told: [string, number][] = [];
  for (const purpose of ["learn", "cut"] as const)
    for (let bytes = 10; bytes <= 1000; bytes += 10, now += 10) {
      const reading = meter.record({purpose, bytes, total: 1000});
      if (reading) told.push([purpose, reading.bytes]);
    }
  expect(told.filter(([purpose]) => purpose === "cut").map(([, bytes]) => bytes)).toEqual([
    10, 110, 210, 310, 410, 510, 610, 710, 810, 910, 1000
  ]);
  expect(told).toHaveLength(22);
});

it("knows a speed, of each reading its own, when it has gone on for half a second", () => {
  let now = 1000;
  const meter = new ReadingMeter(() => now);
  const at = (purpose: "learn" | "cut", ms: number, bytes: number) => {
    now = ms;
    return meter.record({purpose, bytes, total: 4000});
  };
  expect(at("learn", 1000, 0)).toMatchObject({bytesPerSecond: null, secondsLeft: null});
  expect(at("learn", 1499, 900)!.secondsLeft).toBeNull();
  expect(at("learn", 3000, 2000)).toMatchObject({bytesPerSecond: 1000, secondsLeft: 2});
  expect(at("learn", 5000, 4000)!.secondsLeft).toBe(0);
  expect(at("cut", 5000, 0)!.bytesPerSecond).toBeNull();
  expect(at("cut", 6000, 500)).toMatchObject({bytesPerSecond: 500, secondsLeft: 7});
});
