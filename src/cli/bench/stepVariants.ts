import {setKernels} from "../../components/ops/webgpu/kernels.js";
import {BadLossError} from "../../components/training/badLoss.js";
import type {TrainConfig} from "../../components/training/config.js";
import {Trainer} from "../../components/training/trainer.js";
import {tuning, useTuning} from "../../components/webgpu/autotune.js";
import type {BenchRun} from "./configuration.js";
import type {Ground} from "./engine.js";
import type {Contestant, Running} from "./rounds.js";
import {StockTrainer} from "./stockTrainer.js";

/** The ways to take the same training step on a backend; the first is the yardstick of the others. */
export function stepVariants({snapshot, corpus}: BenchRun, {backend, adapter}: Ground): Contestant[] {
  // Stock has none of our operations and so none of our kernels.
  setKernels(true);
  const ours = (change: Partial<TrainConfig> = {}) =>
    new Trainer({...snapshot, trainConfig: {...snapshot.trainConfig, ...change}}, corpus, backend);
  // The null adapter's losses are whatever lay in memory.
  const isNull = adapter === "null";
  const stock: Contestant = {
    variant: "stock",
    async start() {
      const trainer = new StockTrainer(snapshot, corpus);
      return {step: async () => void (await trainer.trainStep()), dispose: () => trainer.dispose()};
    }
  };
  if (backend !== "webgpu") return [stock, {variant: "ours", start: async () => running(ours(), isNull)}];
  const captured = (variant: string, change?: Partial<TrainConfig>): Contestant => ({
    variant,
    async start() {
      const trainer = ours(change);
      if (isNull) {
        // Nor does it compute anything that ways could be chosen by: the first of each is taken.
        await running(trainer, isNull).step();
        useTuning(tuning());
      }
      await trainer.prepare();
      return running(trainer, isNull);
    }
  });
  return [
    stock,
    {variant: "kernels", start: async () => running(ours(), isNull)},
    captured("captured"),
    captured("mixed", {precision: "mixed"})
  ];
}

const running = (trainer: Trainer, anyLoss: boolean): Running => ({
  async step() {
    try {
      await trainer.trainStep();
    } catch (error) {
      if (!(anyLoss && error instanceof BadLossError)) throw error;
    }
  },
  get inFlight() {
    return trainer.inFlight;
  },
  flush: () => trainer.flush(),
  note: trainer.uncaptured ?? trainer.unmixed,
  dispose: () => trainer.dispose()
});
