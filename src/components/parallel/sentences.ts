import {formatPower} from "../chapters/block/formatPower.js";
import {median} from "../median.js";
import {formatCount, formatFixed, formatPercent, formatPlural} from "../views/format.js";
import type {ComparedStep} from "./comparedRun.js";
import {pipelineSchedule} from "./pipelineSchedule.js";
import {ringTraffic} from "./ring.js";
import {formatSeconds, totalSent} from "./stepTable.js";

/** How a team has done beside one worker, in sentences. `team` names it: "4 workers". */
export function comparisonSentences(team: string, steps: readonly ComparedStep[]): string {
  const last = steps.at(-1);
  if (!last) return "";
  const apart = Math.max(...steps.map(({loss, aloneLoss}) => Math.abs(loss - aloneLoss)));
  const difference = steps[0]!.gradientDifference;
  const shared = steps.filter(({areAlike}) => areAlike !== null);
  return [
    `After ${formatPlural(last.step, "step")} the loss is ${formatFixed(last.loss, 4)} nats with ${team} and ${formatFixed(last.aloneLoss, 4)} with one; at no step were the two more than ${small(apart)} apart.`,
    difference === null
      ? ""
      : `The first step’s gradient differs from that of one worker by at most ${small(difference)} of its largest element.`,
    shared.length === 0
      ? ""
      : shared.every(({areAlike}) => areAlike)
        ? "What several workers hold was the same in all after every step, bit for bit."
        : "What several workers hold did not stay the same: their copies have drifted apart.",
    `A step took ${formatSeconds(median(steps.map(({seconds}) => seconds)))}, of which ${formatSeconds(median(steps.map(({computing}) => computing)))} were computing; with one worker ${formatSeconds(median(steps.map(({aloneSeconds}) => aloneSeconds)))} (medians).`
  ]
    .filter(Boolean)
    .join(" ");
}

/** What was counted in a ring, beside what the formula says. */
export function ringCount(size: number, parameters: number, step: ComparedStep): string {
  const counted = totalSent(step);
  const {bytes} = ringTraffic(parameters, size);
  if (size === 1) return "One worker sends nothing.";
  return `Counted in one step: ${formatPlural(counted.messages, "message")} and ${formatPlural(counted.bytes, "byte")} by all workers together, ${formatCount(counted.bytes / size)} bytes by each on average. The formula: 2 (k − 1) / k · N · 4 = 2 · ${size - 1} / ${size} · ${formatCount(parameters)} · 4 = ${formatCount(bytes / size)} bytes.`;
}

/** What was counted between two stages. */
export function stageCount({sent}: ComparedStep): string {
  const parts = [
    sent.activations && `activations and their gradients ${formatCount(sent.activations.bytes)} bytes`,
    sent.table && `gradients of the token table ${formatCount(sent.table.bytes)} bytes`,
    sent.norm && `norms ${formatCount(sent.norm.bytes)} bytes`
  ].filter(Boolean);
  const {messages, bytes} = totalSent({sent});
  return `Counted in one step: ${formatPlural(messages, "message")} and ${formatPlural(bytes, "byte")}: ${parts.join(", ")}.`;
}

/** How long each worker of a pipeline computed and waited in the median step, beside what equal workers would wait. */
export function pipelineSentence(steps: readonly ComparedStep[]): string {
  const [first] = steps;
  if (!first) return "";
  const workers = first.workers.length;
  const pieces = first.workers[0]!.turns!.length / 2;
  const told = first.workers.map((_, i) => {
    const own = steps.map(({workers}) => workers[i]!);
    const [worked, waited] = [
      median(own.map(({computing}) => computing)),
      median(own.map(({exchanging}) => exchanging))
    ];
    const share = median(own.map(({computing, exchanging}) => exchanging / (computing + exchanging)));
    return `worker ${i + 1} worked for ${formatSeconds(worked)} of a step and waited for ${formatSeconds(waited)}, ${formatPercent(share)} of it`;
  });
  return `Measured (medians of ${formatPlural(steps.length, "step")}): ${told.join("; ")}. Computed for equal workers: (p − 1) / (m + p − 1) = ${workers - 1} / ${pieces + workers - 1}, or ${formatPercent(pipelineSchedule(workers, pieces).idle)}.`;
}

const small = (x: number): string => (x === 0 ? "0" : formatPower(x));
