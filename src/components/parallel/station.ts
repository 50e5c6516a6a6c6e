import type {Corpus} from "../corpus/meta.js";
import {messageOf} from "../errorMessage.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import {newRun} from "../training/newRun.js";
import type {CorpusSource} from "../training/protocol.js";
import {Trainer} from "../training/trainer.js";
import type {DeviceLimits} from "../webgpu/deviceLimits.js";
import {type Link, portLink} from "./link.js";
import type {Member} from "./memberStep.js";
import type {Role, TeamCommand, TeamReport} from "./protocol.js";
import {Replica} from "./replica.js";
import {Stage} from "./stage.js";
import {stageSnapshot} from "./stageNames.js";

/** What a member of a team needs of the place it runs in; injected so that it can be tested without a browser. */
export interface StationPlace {
  post(report: TeamReport): void;
  /** Starts an engine and says, for people, what it is. */
  startBackend(): Promise<string>;
  deviceLimits(): DeviceLimits;
  loadCorpus(source: CorpusSource, blockSize: number): Promise<Corpus>;
  /** Milliseconds of a clock that all members of a team read. */
  now(): number;
}

/** The worker's side: takes a role, then makes one update at each command. */
export class Station {
  private member: Member | null = null;
  private link: (Link & {close(): void}) | null = null;

  constructor(private readonly place: StationPlace) {}

  /** Carries out a command; never rejects: what goes wrong is reported. */
  async handle(command: TeamCommand): Promise<void> {
    try {
      this.place.post(await this.answer(command));
    } catch (error) {
      this.place.post({type: "failed", message: messageOf(error)});
    }
  }

  private async answer(command: TeamCommand): Promise<TeamReport> {
    if (command.type === "join") return this.join(command);
    if (!this.member) throw new Error("A worker was asked for a step before it had a role.");
    return {type: "stepped", step: await this.member.step(command)};
  }

  private async join({plan, role, ports}: Extract<TeamCommand, {type: "join"}>): Promise<TeamReport> {
    const {place} = this;
    const [from, to = from] = ports;
    // At once, so that nothing a neighbour sends meanwhile is lost.
    if (from && to) this.link = portLink(from, to);
    const corpus = await place.loadCorpus(plan.corpus, plan.model.blockSize);
    const adapter = await place.startBackend();
    const config = {...plan.model, vocabSize: readTokenizer(corpus.meta.tokenizer).vocabulary.length};
    const first = newRun(config, plan.train, corpus.meta, place.deviceLimits());
    const snapshot = role.kind === "stage" ? stageSnapshot(first, role.side, role.cut) : first;
    this.member = this.memberOf(role, new Trainer(snapshot, corpus, adapter));
    return {type: "joined", adapter, config};
  }

  private memberOf(role: Role, trainer: Trainer): Member {
    const {link} = this;
    const now = () => this.place.now();
    switch (role.kind) {
      case "replica":
        return new Replica(trainer, {...role, link: link ?? alone}, now);
      case "stage":
        if (!link) throw new Error("A worker that has half of the layers needs a port to the other half.");
        return new Stage(trainer, {...role, link}, now);
    }
  }

  /** Frees what it holds, where the thread lives on; a worker is simply ended. */
  dispose(): void {
    this.member?.dispose();
    this.link?.close();
    this.member = null;
  }
}

/** The link of a ring of one, in which there is nothing to send. */
const alone: Link = {
  send() {
    throw new Error("A ring of one has no neighbour.");
  },
  receive: () => Promise.reject(new Error("A ring of one has no neighbour."))
};
