/** What a run is divided by. */
export interface Launch {
  program: "train.py" | "hugging_face.py";
  machines: number;
  /** On each machine. */
  gpus: number;
  /** Windows in a step, and tokens in a window. */
  batchSize: number;
  blockSize: number;
  /** Numbers that the model learns. */
  parameters: number;
}

export interface LaunchFacts {
  processes: number;
  /** Windows of each step that a process computes. */
  windows: number;
  tokensPerStep: number;
  /** Bytes that each process sends, and receives, in a step to average the gradients. */
  gradientBytes: number;
  /** For a shell, one for each machine to run. */
  command: string;
}

/** The port that PyTorch's documentation uses; any free one will do. */
const PORT = 29500;

/**
 * What a launch comes to; null where the processes do not divide a batch. Gradients are float32 and averaged around a
 * ring: each of W processes sends 2(W − 1)/W of them (Patarasuk & Yuan 2009).
 */
export function launchFacts(launch: Launch): LaunchFacts | null {
  const {machines, gpus, batchSize, blockSize, parameters} = launch;
  const processes = machines * gpus;
  if (batchSize % processes !== 0) return null;
  return {
    processes,
    windows: batchSize / processes,
    tokensPerStep: batchSize * blockSize,
    gradientBytes: (4 * parameters * 2 * (processes - 1)) / processes,
    command: commandFor(launch)
  };
}

function commandFor({program, machines, gpus}: Launch): string {
  if (machines === 1)
    return gpus === 1 ? `python ${program}` : `torchrun --standalone --nproc_per_node=${gpus} ${program}`;
  return `torchrun --nnodes=${machines} --nproc_per_node=${gpus} --rdzv_backend=c10d --rdzv_endpoint=HOST:${PORT} ${program}`;
}
