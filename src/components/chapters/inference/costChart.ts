import {formatFixed} from "../../views/format.js";
import type {LineChartData} from "../../views/lineChart.js";
import type {DecodingCost} from "./decodingCost.js";

/** Multiplications up to each token of a text, with the cache and without: what each costs, summed. */
export function costChart(costs: readonly DecodingCost[], filled: number, unit: string): LineChartData {
  const million = (multiplications: number) => multiplications / 1e6;
  const curve = (way: keyof DecodingCost) => {
    let sum = 0;
    return costs.map((cost, i) => {
      sum += cost[way];
      return [i + 1, million(sum)] as const;
    });
  };
  const [kept, anew] = [curve("withCache"), curve("without")];
  const [[, keptNow], [, anewNow]] = [kept[filled - 1]!, anew[filled - 1]!];
  return {
    label: `Multiplications up to each ${unit}, with the cache and without`,
    x: {label: `${unit}s read`, min: 0, max: costs.length},
    y: {label: "million multiplications so far", min: 0, max: anew.at(-1)![1]},
    lines: [
      {name: "without", mark: "all", stroke: "var(--surprise)", points: anew},
      {name: "with the cache", mark: "KV", stroke: "var(--query)", points: kept}
    ],
    dots: [
      {x: filled, y: anewNow, fill: "var(--surprise)"},
      {x: filled, y: keptNow, fill: "var(--query)"}
    ],
    reading: `Up to here ${formatFixed(keptNow, 1)} million with the cache (KV), along a line, and ${formatFixed(anewNow, 1)} million without (all), along a parabola.`
  };
}
