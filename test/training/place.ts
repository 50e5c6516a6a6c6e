import type {Corpus} from "../../src/components/corpus/meta.js";
import type {LoadingHooks} from "../../src/components/training/loadCorpus.js";
import type {Command, CorpusSource, Report} from "../../src/components/training/protocol.js";
import {TrainingSession} from "../../src/components/training/session.js";
import type {SessionPlace} from "../../src/components/training/sessionPlace.js";
import type {StorageUse} from "../../src/components/training/storageUse.js";
import type {RunStore} from "../../src/components/training/store.js";
import type {BackendName} from "../../src/components/webgpu/backends.js";
import {deviceLimits} from "../../src/components/webgpu/deviceLimits.js";
import type {WantedBackend} from "../../src/components/webgpu/wantedBackend.js";
import {useBackend} from "../backends.js";
import {tinyCorpus} from "./corpus.js";

type ReportOf<Type extends Report["type"]> = Extract<Report, {type: Type}>;

/** A worker without a browser: a real trainer on wasm, a clock that only its own events move, every report kept. */
export class FakePlace implements SessionPlace {
  /** Milliseconds; each turn that the session gives to others moves it by `pace`. */
  clock = 1000;
  pace = 200;
  readonly reports: (Report & {clock: number})[] = [];
  /** Called with every report, as a page that answers at once would be. */
  answer: (report: Report) => void = () => {};
  /** What the session heard of device failures through. */
  failDevice: (message: string) => void = () => {};
  claimed = true;
  /** From now on the session never gets its turn back: its tab is gone. */
  gone = false;
  /** Whether it has waited for it since. */
  stopped = false;
  readonly session: TrainingSession = new TrainingSession(this);

  constructor(
    public store: () => Promise<RunStore>,
    private readonly corpus: Corpus = tinyCorpus()
  ) {}

  /** The files that were posted, which Node clones into nothing. */
  readonly files: Blob[] = [];

  post(report: Report): void {
    if (report.type === "file") this.files.push(report.file);
    this.reports.push({...structuredClone(report), clock: this.clock});
    this.answer(report);
  }

  /** An engine that does not start here. */
  missing: BackendName | null = null;

  /** Whether the engine is to say that our kernels are off. */
  isStock = false;
  /** Every engine that was asked for. */
  readonly wanted: WantedBackend[] = [];

  async chooseBackend(wanted: WantedBackend) {
    this.wanted.push(wanted);
    if (wanted === this.missing) throw new Error(`The ${wanted} backend could not start on this machine.`);
    await useBackend("wasm");
    const choice = {name: "wasm", adapter: "wasm", reason: "It is the test's."} as const;
    return this.isStock ? {...choice, isStock: true} : choice;
  }

  /** What the browser would estimate, in bytes. */
  use: StorageUse = {used: 58_300_000, quota: 60_000_000};

  storageUse = async () => this.use;
  deviceLimits = () => deviceLimits();

  onDeviceFailure(callback: (message: string) => void): void {
    this.failDevice = callback;
  }

  async loadCorpus(_source: CorpusSource, _blockSize: number, {say}: LoadingHooks): Promise<Corpus> {
    say?.("Reading the text …");
    return this.corpus;
  }

  async claim(): Promise<boolean> {
    return this.claimed;
  }

  async yieldToOthers(): Promise<void> {
    this.clock += this.pace;
    await new Promise((resolve) => {
      if (this.gone) this.stopped = true;
      else setImmediate(resolve);
    });
  }

  now = () => this.clock;

  handle(command: Command): Promise<void> {
    return this.session.handle(command);
  }

  all<Type extends Report["type"]>(type: Type): (ReportOf<Type> & {clock: number})[] {
    return this.reports.filter((report): report is ReportOf<Type> & {clock: number} => report.type === type);
  }

  last<Type extends Report["type"]>(type: Type): ReportOf<Type> | undefined {
    return this.all(type).at(-1);
  }

  get state() {
    return this.last("state")?.state;
  }
}
