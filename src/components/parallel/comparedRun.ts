import type {ParameterData} from "../model/parameters.js";
import {checkRole} from "./checkTeam.js";
import type {Traffic} from "./link.js";
import {type Cargo, cargoes, type MemberStep} from "./memberStep.js";
import type {Role, TeamPlan} from "./protocol.js";
import {replicas, Team, type TeamWorker} from "./team.js";

export type WorkerTimes = Pick<MemberStep, "computing" | "exchanging" | "turns">;

/** One update, made by a team and by one worker alone. */
export interface ComparedStep {
  step: number;
  /** Mean loss of the batch, nats a token. */
  loss: number;
  aloneLoss: number;
  /** What all workers sent together, by what it is. */
  sent: Partial<Record<Cargo, Traffic>>;
  /** Seconds of the team's slowest worker, and of the one alone. */
  seconds: number;
  aloneSeconds: number;
  /** Of the team's seconds, those of the worker that computed longest; in the rest it sent or waited. */
  computing: number;
  /** Of each worker of the team: its seconds, and its turns where it is a stage. */
  workers: WorkerTimes[];
  /** Whether what several workers hold is the same in all, bit for bit; null where they share nothing. */
  areAlike: boolean | null;
  /** Largest difference of any element of the gradient, as a share of its largest element; null where not measured. */
  gradientDifference: number | null;
}

export interface ComparedRunOptions {
  signal: AbortSignal;
  onStarted?(team: Team): void;
  onStep(step: ComparedStep): void;
  createWorker?: () => TeamWorker;
}

/**
 * Trains the same model twice, by a team and by one worker, in turns so that neither takes time from the other. The
 * gradient is compared at the first step, where parameters are still the same; later ones differ by the rounding of
 * all before. Rejects with a sentence where a worker fails; where the signal aborts, with its reason.
 */
export async function comparedRun(
  plan: TeamPlan,
  roles: readonly Role[],
  {signal, onStarted, onStep, createWorker}: ComparedRunOptions
): Promise<void> {
  for (const role of roles) checkRole(role, plan);
  const options = {signal, ...(createWorker && {createWorker})};
  const teams: Team[] = [];
  try {
    for (const each of [roles, replicas(1)]) teams.push(await Team.assemble(plan, each, options));
    const [team, alone] = teams as [Team, Team];
    onStarted?.(team);
    for (let step = 1; step <= plan.train.steps; step++) {
      signal.throwIfAborted();
      const options = {withGradients: step === 1};
      onStep(compare(await team.step(options), await alone.step(options)));
    }
  } finally {
    for (const team of teams) team.end();
  }
}

function compare(members: readonly MemberStep[], alone: readonly MemberStep[]): ComparedStep {
  const digests = members.flatMap(({digest}) => (digest === null ? [] : [digest]));
  const gradients = gradientsOf(members);
  const expected = gradientsOf(alone);
  return {
    step: members[0]!.step,
    loss: lossOf(members),
    aloneLoss: lossOf(alone),
    sent: sumOfSent(members),
    seconds: secondsOf(members),
    aloneSeconds: secondsOf(alone),
    computing: Math.max(...members.map(({computing}) => computing)),
    workers: members.map(({computing, exchanging, turns}) => ({
      computing,
      exchanging,
      ...(turns && {turns})
    })),
    areAlike: digests.length > 0 ? digests.every((digest) => digest === digests[0]) : null,
    gradientDifference: gradients && expected ? largestDifference(gradients, expected) : null
  };
}

const secondsOf = (members: readonly MemberStep[]): number =>
  Math.max(...members.map(({computing, exchanging}) => computing + exchanging));

/** The batch's mean loss: each worker's by its share of the targets. */
const lossOf = (members: readonly MemberStep[]): number =>
  members.reduce((sum, {loss, share}) => sum + (loss ?? 0) * share, 0);

/** Of replicas any one has them all; of stages each has its own. */
function gradientsOf(members: readonly MemberStep[]): ParameterData | null {
  const all = members.flatMap(({gradients}) => (gradients ? [gradients] : []));
  return all.length > 0 ? Object.assign({}, ...all) : null;
}

function sumOfSent(members: readonly MemberStep[]): Partial<Record<Cargo, Traffic>> {
  const sums: Partial<Record<Cargo, Traffic>> = {};
  for (const cargo of cargoes)
    for (const {sent} of members) {
      const one = sent[cargo];
      if (!one) continue;
      const sum = sums[cargo] ?? {messages: 0, bytes: 0};
      sums[cargo] = {messages: sum.messages + one.messages, bytes: sum.bytes + one.bytes};
    }
  return sums;
}

/**
 * The largest |a − b| of any element over the largest |b|. Throws RangeError where they are not gradients of the same
 * parameters.
 */
export function largestDifference(a: ParameterData, b: ParameterData): number {
  let difference = 0;
  let largest = 0;
  if (Object.keys(a).length !== Object.keys(b).length)
    throw new RangeError("Gradients of different models cannot be compared.");
  for (const [name, {data: expected}] of Object.entries(b)) {
    const found = a[name]?.data;
    if (found?.length !== expected.length) throw new RangeError(`There is no such gradient of ${name}.`);
    for (let i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs(found[i]! - expected[i]!));
      largest = Math.max(largest, Math.abs(expected[i]!));
    }
  }
  return difference / largest;
}
