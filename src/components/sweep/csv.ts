import type {SweepRecord} from "./sweep.js";
import {resultOf, type Trial} from "./trial.js";

/** Columns after those of the fields varied. Losses in nats a token; `seconds` include measuring, tokens a second do not. */
const columns: readonly (readonly [name: string, value: (trial: Trial) => string | number | null])[] = [
  ["status", ({status}) => status],
  ["steps", ({step}) => step],
  ["epochs", ({epochs}) => epochs],
  ["trainLoss", (trial) => resultOf(trial).trainLoss],
  ["validationLoss", (trial) => resultOf(trial).validationLoss],
  ["bestValidationLoss", (trial) => resultOf(trial).best?.loss ?? null],
  ["bestStep", (trial) => resultOf(trial).best?.step ?? null],
  ["seconds", ({seconds}) => seconds],
  ["tokensPerSecond", ({tokensPerSecond}) => tokensPerSecond],
  ["message", ({message}) => message]
];

/** A sweep's table (RFC 4180), one line to a trial in the grid's order; what is not known is empty. */
export function sweepCsv({variations, trials}: SweepRecord): string {
  const fields = variations.map(({field}) => field);
  const head = [...fields, ...columns.map(([name]) => name)];
  const lines = trials.map((trial) => [
    ...fields.map((field) => trial.values[field] ?? null),
    ...columns.map(([, value]) => value(trial))
  ]);
  return `${[head, ...lines].map((cells) => cells.map(cell).join(",")).join("\r\n")}\r\n`;
}

function cell(value: string | number | boolean | null): string {
  const text = value === null || Number.isNaN(value) ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
