/** A processor with the most that its maker says it computes: dense products in 16 bits, sums in 32. */
export interface Accelerator {
  name: string;
  /** Floating-point operations a second. */
  peak: number;
  /** Bytes of memory. */
  memory: number;
  /** Where the maker says so. */
  source: string;
}

const TERA = 1e12;
const GIGA = 1e9;

/** Published peaks, without the doubling for sparse matrices. */
export const accelerators: readonly Accelerator[] = [
  {name: "NVIDIA T4", peak: 65 * TERA, memory: 16 * GIGA, source: "NVIDIA T4 data sheet (2019)"},
  {
    name: "NVIDIA RTX 4090",
    peak: 165.2 * TERA,
    memory: 24 * GIGA,
    source: "NVIDIA Ada GPU architecture white paper (2022)"
  },
  {name: "NVIDIA A100 80 GB", peak: 312 * TERA, memory: 80 * GIGA, source: "NVIDIA A100 data sheet (2021)"},
  {name: "NVIDIA H100 SXM", peak: 989.4 * TERA, memory: 80 * GIGA, source: "NVIDIA H100 white paper (2022)"},
  {
    name: "AMD MI300X",
    peak: 1307.4 * TERA,
    memory: 192 * GIGA,
    source: "AMD Instinct MI300X data sheet (2023)"
  }
];

export interface TrainingJob {
  parameters: number;
  tokens: number;
  gpus: number;
  /** Of each, operations a second. */
  peak: number;
  /** Share of the peak that the run gets out of it, 0 … 1. */
  utilisation: number;
}

/** Six operations for each parameter and token (Kaplan et al. 2020): two forward, four backward. */
export const trainingFlops = ({parameters, tokens}: Pick<TrainingJob, "parameters" | "tokens">): number =>
  6 * parameters * tokens;

/** How long a run takes, in seconds, where every processor gets an equal share of it. */
export const trainingSeconds = (job: TrainingJob): number =>
  trainingFlops(job) / (job.gpus * job.peak * job.utilisation);

/** Bytes of parameters, gradients and AdamW's two means, in float32. */
export const stateBytes = (parameters: number): number => 16 * parameters;
