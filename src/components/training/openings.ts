import type {Corpus} from "../corpus/meta.js";
import {openRunFile} from "../exchange/runFile.js";
import type {ModelConfig} from "../model/config.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import {formatCount, formatPlural} from "../views/format.js";
import type {DeviceLimits} from "../webgpu/deviceLimits.js";
import {checkRun} from "./checkRun.js";
import type {TrainConfig} from "./config.js";
import type {LoadingHooks} from "./loadCorpus.js";
import {newRun} from "./newRun.js";
import type {Command, GivenModelFile, RunSource} from "./protocol.js";
import {ReadingMeter} from "./readingMeter.js";
import type {RunKeeper} from "./runKeeper.js";
import type {SessionPlace} from "./sessionPlace.js";
import type {Snapshot} from "./snapshot.js";
import type {RunStore} from "./store.js";

type CommandOf<Type extends Command["type"]> = Extract<Command, {type: Type}>;

/** A run that is about to be opened: nothing of the one before has been touched, but that it may have been kept. */
export interface Opening {
  corpus: Corpus;
  /** Its first state, for an engine with these limits. Throws RangeError where it cannot be. */
  begin(limits: DeviceLimits): Snapshot;
  /** Sees to it that the store has this run; whether it has. */
  store(snapshot: Snapshot): Promise<boolean>;
}

/** The ways to a run: a new one, the stored one, a checkpoint of it, a file. */
export class Openings {
  constructor(
    private readonly place: Pick<SessionPlace, "store" | "loadCorpus" | "post" | "now">,
    private readonly keeper: RunKeeper
  ) {}

  async fresh(
    {corpus: source, modelConfig, trainConfig, from}: CommandOf<"begin">,
    signal: AbortSignal
  ): Promise<Opening> {
    if (from) return this.given(from, source, trainConfig, signal);
    const corpus = await this.place.loadCorpus(source, modelConfig.blockSize, this.loadingHooks(signal));
    const vocabSize = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
    const config: ModelConfig = {...modelConfig, vocabSize};
    return {
      corpus,
      begin: (limits) => newRun(config, trainConfig, corpus.meta, limits),
      store: (snapshot) => this.keeper.begin(snapshot, corpus)
    };
  }

  /** A new run that begins at the parameters of a model, on a text that is cut with the model's tokenizer. */
  private async given(
    file: GivenModelFile,
    source: RunSource,
    trainConfig: TrainConfig,
    signal: AbortSignal
  ): Promise<Opening> {
    this.say("Reading the opened model …");
    // What reads models is fetched when there is one.
    const {readGivenModel, cutForModel} = await import("./givenModel.js");
    const model = await readGivenModel(file);
    const corpus = await cutForModel(model, async (tokenizer, blockSize) => {
      const characters = await this.place.loadCorpus(
        {...source, tokenizer},
        blockSize,
        this.loadingHooks(signal)
      );
      this.say("Cutting the text with the opened model’s tokenizer …");
      return characters;
    });
    const {total, kinds} = corpus.meta.unknown;
    if (total > 0)
      this.place.post({
        type: "remark",
        message: `The opened model’s tokenizer does not know ${formatPlural(kinds, "kind")} of characters of this text, ${formatCount(total)} in all.`
      });
    return {
      corpus,
      begin: (limits) => newRun(model.config, trainConfig, corpus.meta, limits, model),
      store: (snapshot) => this.keeper.begin(snapshot, corpus)
    };
  }

  async stored(): Promise<Opening> {
    this.say("Reading the stored run …");
    const {snapshot, corpus} = await storedRun(await this.place.store());
    return {
      corpus,
      begin: () => snapshot,
      store: async () => {
        this.keeper.adopt(snapshot);
        return true;
      }
    };
  }

  /** An earlier state of the stored run; the present one, `present` or as it is stored, is kept first. */
  async checkpoint({checkpoint}: CommandOf<"restore">, present: Present | null): Promise<Opening> {
    this.say("Keeping the present state and reading the checkpoint …");
    const snapshot = await (await this.place.store()).checkpoints.read(checkpoint);
    const left = present ?? (await this.adoptStored());
    await this.leave(left, snapshot);
    return {
      corpus: left.corpus,
      begin: () => snapshot,
      store: (snapshot) => this.keeper.save(snapshot, left.corpus, true)
    };
  }

  /** The run in a file. It takes the stored one's place; of the same run, the present state is kept first. */
  async file({file}: CommandOf<"openFile">, present: Present | null): Promise<Opening> {
    this.say("Reading the file …");
    const {snapshot, corpus: own} = await openRunFile(file);
    const left = present ?? (await this.adoptStored().catch(() => null));
    const corpus = own ?? (left && sameText(left.snapshot, snapshot) ? left.corpus : null);
    if (!corpus)
      throw new Error(
        "The file holds a run but not its text, and this browser has another one: open a file that was downloaded from this page, or continue with npm run train -- --resume FILE."
      );
    const isSame = left?.snapshot.runId === snapshot.runId;
    if (isSame) await this.leave(left, snapshot);
    return {
      corpus,
      begin(limits) {
        checkRun(snapshot.modelConfig, snapshot.trainConfig, corpus.meta, limits);
        return snapshot;
      },
      store: (snapshot) =>
        isSame ? this.keeper.save(snapshot, corpus, true) : this.keeper.begin(snapshot, corpus)
    };
  }

  /** Keeps the state that is left, so that the way back is open. Rejects where there is no room for it. */
  private async leave({snapshot, corpus}: Present, next: Snapshot): Promise<void> {
    if (snapshot.step === 0 || isSameState(snapshot, next)) return;
    if (!(await this.keeper.keep(snapshot, corpus, "left", true)))
      throw new Error(
        "The present state could not be kept as a checkpoint, so it has not been left: make room first, or download it as a file and delete a checkpoint."
      );
  }

  /** The run as the store has it; rejects where there is none. */
  private async adoptStored(): Promise<Present> {
    const stored = await storedRun(await this.place.store());
    this.keeper.adopt(stored.snapshot);
    return stored;
  }

  private loadingHooks(signal: AbortSignal): LoadingHooks {
    const meter = new ReadingMeter(() => this.place.now());
    return {
      signal,
      say: (message) => this.say(message),
      remark: (message) => this.place.post({type: "remark", message}),
      onCleaned: (removed) => this.place.post({type: "cleaned", removed}),
      onReading: (progress) => {
        const reading = meter.record(progress);
        if (reading) this.place.post({type: "reading", ...reading});
      }
    };
  }

  private say(message: string): void {
    this.place.post({type: "preparing", message});
  }
}

/** The state that another one is about to replace. */
export interface Present {
  snapshot: Snapshot;
  corpus: Corpus;
}

/** Rejects where the browser has none. */
async function storedRun(store: RunStore): Promise<Present> {
  const [snapshot, tokens] = await Promise.all([store.snapshot(), store.tokens()]);
  if (!snapshot || tokens?.runId !== snapshot.runId)
    throw new Error("This browser has no stored run to continue: start a new one.");
  return {snapshot, corpus: {meta: snapshot.corpus, train: tokens.train, val: tokens.val}};
}

/** On one engine, the same random numbers lead to the same state. */
const isSameState = (a: Snapshot, b: Snapshot): boolean =>
  a.step === b.step &&
  a.adapter === b.adapter &&
  a.random.join() === b.random.join() &&
  a.history.length === b.history.length;

/** Whether two runs read the same tokens. */
const sameText = ({corpus: a}: Snapshot, {corpus: b}: Snapshot): boolean =>
  a.sha256 === b.sha256 &&
  a.counts.train === b.counts.train &&
  JSON.stringify(a.tokenizer) === JSON.stringify(b.tokenizer);
