import type {ModelConfig} from "../model/config.js";
import type {MemberStep} from "./memberStep.js";
import type {Role, TeamCommand, TeamPlan, TeamReport} from "./protocol.js";

/** The part of a Worker that is used here. */
export interface TeamWorker {
  postMessage(command: TeamCommand, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<TeamReport>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/** k replicas of a model. */
export const replicas = (size: number): Role[] =>
  Array.from({length: size}, (_, rank) => ({kind: "replica", rank, size}));

/** A model cut after `cut` blocks, which each batch passes through in micro-batches. */
export const stages = (cut: number, microBatches: number): Role[] =>
  (["front", "back"] as const).map((side) => ({kind: "stage", side, cut, microBatches}));

/**
 * A page's handle on workers that train one model together: it starts and connects them and gives the beat, but no
 * number of the model passes through it. Where one of them fails, all end.
 */
export class Team {
  /** The model, with the vocabulary of the text. */
  config: ModelConfig | null = null;
  /** What computes, for people. */
  adapter = "";
  private readonly desks: Desk[];

  private constructor(roles: readonly Role[], createWorker: () => TeamWorker) {
    this.desks = roles.map((_, i) => new Desk(`Worker ${i + 1} of ${roles.length}`, createWorker()));
  }

  /** Starts a worker for each role and waits until all are ready. Rejects with a sentence where one cannot be. */
  static async assemble(
    plan: TeamPlan,
    roles: readonly Role[],
    {createWorker = startWorker, signal}: {createWorker?: () => TeamWorker; signal?: AbortSignal} = {}
  ): Promise<Team> {
    const team = new Team(roles, createWorker);
    const end = () => team.end(signal?.reason);
    signal?.addEventListener("abort", end);
    const ports = connect(roles);
    const joined = await team.all((desk, i) =>
      desk.ask({type: "join", plan, role: roles[i]!, ports: ports[i]!}, ports[i])
    );
    const [first] = joined;
    if (first?.type === "joined") ({config: team.config, adapter: team.adapter} = first);
    return team;
  }

  get size(): number {
    return this.desks.length;
  }

  /** One update by all; rejects where one fails. */
  async step({withGradients = false} = {}): Promise<MemberStep[]> {
    const reports = await this.all((desk) => desk.ask({type: "step", withGradients}));
    return reports.flatMap((report) => (report.type === "stepped" ? [report.step] : []));
  }

  /** Ends all workers; what was asked of them rejects. */
  end(reason: unknown = new Error("The workers were ended.")): void {
    for (const desk of this.desks) desk.end(reason);
  }

  private async all(ask: (desk: Desk, i: number) => Promise<TeamReport>): Promise<TeamReport[]> {
    try {
      return await Promise.all(this.desks.map(ask));
    } catch (error) {
      this.end(error); // the others would wait for it for ever
      throw error;
    }
  }
}

/** One worker and what it is asked: one thing at a time. */
class Desk {
  private pending: {resolve(report: TeamReport): void; reject(error: unknown): void} | null = null;
  private failure: {reason: unknown} | null = null;

  constructor(
    private readonly name: string,
    private readonly worker: TeamWorker
  ) {
    worker.onmessage = ({data}) => {
      if (data.type === "failed") this.fail(new Error(data.message));
      else this.pending?.resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const reason = event.message || "it could not be loaded";
      this.fail(
        new Error(`${this.name} stopped (${reason}). Run again with fewer workers, or reload the page.`)
      );
    };
  }

  ask(command: TeamCommand, transfer: Transferable[] = []): Promise<TeamReport> {
    if (this.failure) return Promise.reject(this.failure.reason);
    return new Promise((resolve, reject) => {
      this.pending = {resolve, reject};
      this.worker.postMessage(command, transfer);
    });
  }

  end(reason: unknown): void {
    this.fail(reason);
    this.worker.terminate();
  }

  private fail(reason: unknown): void {
    this.failure ??= {reason};
    this.pending?.reject(reason);
  }
}

/** Ports for each role: replicas in a ring, each with one to the left and one to the right; two stages with one each. */
function connect(roles: readonly Role[]): MessagePort[][] {
  if (roles.length === 1) return [[]];
  if (roles[0]!.kind === "stage") {
    const {port1, port2} = new MessageChannel();
    return [[port1], [port2]];
  }
  const channels = roles.map(() => new MessageChannel()); // channel i leads from worker i to the next
  return channels.map(({port1: right}, i) => [channels.at(i - 1)!.port2, right]);
}

const startWorker = (): TeamWorker =>
  new Worker(import.meta.resolve("./worker.js"), {type: "module"}) as unknown as TeamWorker;
