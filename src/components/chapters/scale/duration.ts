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
