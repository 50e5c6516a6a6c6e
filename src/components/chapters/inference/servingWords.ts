import {formatBytes, formatCount, formatFixed, formatPlural} from "../../views/format.js";
import type {LineChartData} from "../../views/lineChart.js";
import type {TableData} from "../../views/plainTable.js";
import {publicShapes} from "./publicShapes.js";
import {type Serving, type ServingCost, servingCost} from "./servingCost.js";

/** The most texts that are written at once. */
export const LARGEST_BATCH = 512;

/** "6.74 billion", "124 million". */
export function formatBillions(n: number): string {
  const [unit, name] = n >= 1e9 ? [1e9, "billion"] : [1e6, "million"];
  const x = n / unit;
  return `${formatFixed(x, x >= 99.95 ? 0 : x >= 9.995 ? 1 : 2)} ${name}`;
}

/** Seconds as people write short times: "4.1 ms", "35 µs", "2.3 s". */
export function formatTime(seconds: number): string {
  const [unit, name] = seconds >= 1 ? [1, "s"] : seconds >= 1e-3 ? [1e-3, "ms"] : [1e-6, "µs"];
  const x = seconds / unit;
  return `${formatFixed(x, x >= 99.95 ? 0 : x >= 9.995 ? 1 : 2)} ${name}`;
}

/** What keeps a token from coming sooner. */
export function boundSentence({decode}: ServingCost, {batch, device}: Serving): string {
  const [memory, arithmetic] = [formatTime(decode.memory), formatTime(decode.arithmetic)];
  const [slow, quick] = [
    Math.max(decode.memory, decode.arithmetic),
    Math.min(decode.memory, decode.arithmetic)
  ];
  const times = formatFixed(slow / quick, slow / quick < 10 ? 1 : 0);
  const texts = batch === 1 ? "one text" : `each of ${formatCount(batch)} texts`;
  return decode.memory >= decode.arithmetic
    ? `For one more token of ${texts} weights and caches must be read from memory once: ${memory}. The arithmetic would take ${arithmetic}: the ${device.name} waits for its memory ${times} times as long as it computes.`
    : `For one more token of ${texts} the arithmetic takes ${arithmetic}, and reading weights and caches from memory ${memory}: with so many texts at once arithmetic is what takes longest, ${times} times as long.`;
}

/** The two bounds of a token against the number of texts, on as many devices as are in use. */
export function batchChart(serving: Serving): LineChartData {
  const {devices: count} = servingCost(serving);
  const at = (batch: number) => servingCost({...serving, batch, devices: count}).decode;
  const ends = [1, LARGEST_BATCH]; // with as many devices at both, the lines between are straight
  const ms = (seconds: number) => 1000 * seconds;
  const now = at(serving.batch);
  const top = at(LARGEST_BATCH);
  const crossing = crossingOf(serving, count);
  return {
    label: "Least time of a token step against the number of texts written at once",
    x: {label: "texts written at once", min: 1, max: LARGEST_BATCH},
    y: {label: "ms for one more token each", min: 0, max: 1.08 * ms(Math.max(top.memory, top.arithmetic))},
    lines: [
      {
        name: "memory",
        mark: "m",
        stroke: "var(--key)",
        points: ends.map((batch) => [batch, ms(at(batch).memory)])
      },
      {
        name: "arithmetic",
        mark: "a",
        stroke: "var(--query)",
        dash: "5 4",
        points: ends.map((batch) => [batch, ms(at(batch).arithmetic)])
      }
    ],
    dots: [{x: serving.batch, y: ms(now.seconds), fill: "var(--ink)"}],
    reading:
      crossing === null
        ? `m: reading weights and caches; a: arithmetic, with ${formatPlural(count, "device")}. With such long texts every text brings more cache to read than arithmetic to do, so the memory is what limits at any number of them.`
        : `m: reading weights and caches; a: arithmetic, with ${formatPlural(count, "device")}. Up to about ${formatCount(crossing)} texts at once memory limits, and each further text costs little, for the weights are read anyway; from there on arithmetic limits.`
  };
}

/** From how many texts on the arithmetic takes longer; null where it never does. */
export function crossingOf(serving: Serving, devices: number): number | null {
  const at = (batch: number) => servingCost({...serving, batch, devices}).decode;
  const [one, two] = [at(1), at(2)];
  const [read, compute] = [two.memory - one.memory, two.arithmetic - one.arithmetic];
  // memory: w + read · n; arithmetic: compute · n.
  return compute > read ? (one.memory - read) / (compute - read) : null;
}

/** Every published model served in the same way. */
export function allModels(serving: Serving): TableData {
  return {
    caption: `${serving.weightBits}-bit weights, ${serving.cacheBits}-bit cache, ${formatPlural(serving.batch, "text")} of ${formatCount(serving.context)} tokens or as many as a model reads, on ${serving.device.name}`,
    columns: [
      "Model",
      "Parameters",
      "Weights",
      "Cache a token",
      "Devices",
      "Token, at least",
      "Tokens/s, at most"
    ],
    rows: publicShapes.map(({name, config}) => {
      const cost = servingCost({...serving, config, context: Math.min(serving.context, config.blockSize)});
      return [
        name,
        formatBillions(cost.parameters),
        formatBytes(cost.weights),
        formatBytes(cost.cachePerToken),
        formatCount(cost.devices),
        formatTime(cost.decode.seconds),
        formatCount(serving.batch / cost.decode.seconds)
      ];
    })
  };
}
