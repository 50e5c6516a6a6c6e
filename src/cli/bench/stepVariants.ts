import {Trainer} from "../../components/training/trainer.js";
import type {NodeBackendName} from "../nodeBackends.js";
import type {BenchRun} from "./configuration.js";
import type {Contestant, Running} from "./rounds.js";
import {StockTrainer} from "./stockTrainer.js";

/** The ways to take the same training step on a backend; the first is the yardstick of the others. */
export function stepVariants({snapshot, corpus}: BenchRun, backend: NodeBackendName): Contestant[] {
  const stock: Contestant = {
    variant: "stock",
    start: async () => running(new StockTrainer(snapshot, corpus))
  };
  const ours = (variant: string): Contestant => ({
    variant,
    start: async () => running(new Trainer(snapshot, corpus, backend))
  });
  return backend === "webgpu" ? [stock, ours("kernels")] : [stock, ours("ours")];
}

const running = (trainer: {trainStep(): Promise<unknown>; dispose(): void}): Running => ({
  step: async () => void (await trainer.trainStep()),
  dispose: () => trainer.dispose()
});
