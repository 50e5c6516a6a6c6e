import {execFile} from "node:child_process";
import {fileURLToPath} from "node:url";
import {promisify} from "node:util";
import type {ModelConfig} from "../../components/model/config.js";

/** A training step of the same shapes in PyTorch. */
export interface PytorchStep {
  variant: "eager" | "compile";
  device: string;
  torch: string;
  msPerStep: {median: number; min: number; max: number};
  tokensPerSecond: number;
}

export type StepSizes = Pick<
  ModelConfig,
  "nLayer" | "nHead" | "nEmbd" | "nInner" | "blockSize" | "vocabSize"
> & {batchSize: number};

/**
 * Times PyTorch's step in a process of its own. `python` is an interpreter that has PyTorch. Rejects with Error, saying
 * what is missing, where it has not.
 */
export async function timePytorch(sizes: StepSizes, python: string): Promise<PytorchStep[]> {
  const script = fileURLToPath(new URL("pytorchStep.py", import.meta.url));
  try {
    const {stdout} = await promisify(execFile)(python, [script, JSON.stringify(sizes)]);
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as PytorchStep);
  } catch (error) {
    const reason = String((error as {stderr?: string}).stderr || error)
      .trim()
      .split("\n")
      .at(-1);
    throw new Error(
      `PyTorch was not measured: ${python} says “${reason}”. Name an interpreter that has PyTorch with --python.`
    );
  }
}
