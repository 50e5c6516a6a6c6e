import {writeFile} from "node:fs/promises";
import {measureProfile} from "../../components/profiling/measureProfile.js";
import type {ProfileRecord} from "../../components/profiling/profileRecord.js";
import {kernelMilliseconds, kernelRows} from "../../components/profiling/roofline.js";
import type {Settings} from "../settings.js";
import {configurationHelp, configurationOptions, readConfiguration} from "./configuration.js";
import {startEngine} from "./engine.js";
import {choiceOption} from "./options.js";
import {significant} from "./spread.js";
import type {Report, Suite} from "./suite.js";

/** Each kernel of a training step against what its device can do. */
export const profile: Suite = {
  summary:
    "each kernel of a captured step on WebGPU: time, bytes, FLOP, and how near that comes to what the device can do",
  options: {
    ...configurationOptions,
    adapter: {type: "string", default: "auto"},
    save: {type: "string"}
  },
  help: {
    ...configurationHelp,
    "adapter auto|null":
      "null: Dawn's null adapter, which computes nothing: counts and the CPU-side cost only",
    "save FILE": "also write the measurement as one JSON file, as the lab shows it"
  },
  needsAdapter: ({adapter}) => adapter !== "null",
  async run(values, report) {
    const settings = {name: String(values.config), ...readConfiguration(values)};
    const adapter = choiceOption("adapter", values.adapter, ["auto", "null"]);
    const record = await profileStep(settings, adapter, report);
    if (values.save !== undefined) await writeFile(String(values.save), `${JSON.stringify(record)}\n`);
  }
};

export async function profileStep(
  {name, ...settings}: Settings & {name: string},
  adapter: "auto" | "null",
  report: Report
): Promise<ProfileRecord> {
  const engine = await startEngine({backend: "webgpu", adapter});
  const computes = adapter === "auto";
  const record = await measureProfile(name, settings, {adapter: engine.description, computes});
  await engine.settle();
  reportProfile(record, report);
  return record;
}

/** One row for the step and one for each kernel. */
export function reportProfile(record: ProfileRecord, report: Report): void {
  const {preset: config, batchSize: batch, adapter, attainable, hasDeviceClock} = record;
  const where = {config, batch, adapter};
  const cpuMsPerStep = significant(record.cpuMilliseconds);
  const dispatches = record.kernels.reduce((sum, {runs}) => sum + runs, 0);
  if (!attainable) {
    report(
      {...where, dispatches, cpuMsPerStep, computes: false},
      `${config}, batch ${batch}, on ${adapter}, which computes nothing, so there are no times of kernels: ` +
        `${dispatches} dispatches a step, issued in ${cpuMsPerStep} ms of JavaScript`
    );
  } else {
    const msPerStep = significant(record.milliseconds!);
    const kernelMs = significant(kernelMilliseconds(record)!);
    const gigabytesPerSecond = significant(attainable.bytesPerSecond / 1e9);
    const gflopPerSecond = significant(attainable.flopsPerSecond / 1e9);
    report(
      {
        ...where,
        dispatches,
        cpuMsPerStep,
        msPerStep,
        kernelMs,
        hasDeviceClock,
        attainable: {gigabytesPerSecond, gflopPerSecond, matmulSize: attainable.matmulSize}
      },
      `${config}, batch ${batch}, on ${adapter}: ${msPerStep} ms a step, ${cpuMsPerStep} of them JavaScript; ` +
        `${dispatches} dispatches, alone ${kernelMs} ms together. Attainable: ${gigabytesPerSecond} GB/s (copy), ` +
        `${gflopPerSecond} GFLOP/s (matmul of ${attainable.matmulSize})`
    );
  }
  const rate = (perSecond: number | null) => perSecond && significant(perSecond / 1e9);
  for (const row of kernelRows(record)) {
    const {name: kernel, sizes, grid, runs, bytes, flops, bound} = row;
    const share = row.share && significant(row.share);
    const microseconds = row.microseconds && significant(row.microseconds);
    const attained = row.attained && significant(row.attained);
    const gigabytesPerSecond = rate(row.bytesPerSecond);
    const gflopPerSecond = rate(row.flopsPerSecond);
    const measured = {share, microseconds, gigabytesPerSecond, gflopPerSecond, bound, attained};
    report(
      {...where, kernel, sizes, grid: [...grid], runs, bytes, flops, ...measured},
      `  ${kernel}${sizes ? ` ${sizes}` : ""} × ${runs}: ` +
        [
          share && `${significant(100 * share)}%`,
          microseconds && `${microseconds} µs`,
          `${significant(bytes / 1e6)} MB`,
          gigabytesPerSecond && `${gigabytesPerSecond} GB/s`,
          flops && `${significant(flops / 1e6)} MFLOP`,
          gflopPerSecond && `${gflopPerSecond} GFLOP/s`,
          attained && `${significant(100 * attained)}% of attainable (${bound}-bound)`
        ]
          .filter(Boolean)
          .join(", ")
    );
  }
}
