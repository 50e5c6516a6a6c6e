import type {Inspector} from "../../inspection/inspector.js";
import type {RecordedName} from "./comparison.js";
import type {ShuffleReading} from "./orderPage.js";
import {softmax} from "./reordering.js";

export interface ShuffleQuestion {
  model: RecordedName;
  ids: readonly number[];
  order: readonly number[];
}

/**
 * Asks recorded models what they expect after a line and after its reordering. Models are opened when first asked; of
 * questions that wait, only the newest is answered.
 */
export class ShuffleReader {
  private readonly inspectors = new Map<RecordedName, Promise<Inspector>>();
  private waiting: ShuffleQuestion | null = null;
  private running: Promise<void> | null = null;

  constructor(
    private readonly open: (model: RecordedName) => Promise<Inspector>,
    private readonly onReading: (question: ShuffleQuestion, reading: ShuffleReading) => void,
    private readonly onProblem: (error: unknown) => void
  ) {}

  ask(question: ShuffleQuestion): void {
    this.waiting = question;
    this.running ??= this.answer().finally(() => {
      this.running = null;
    });
  }

  dispose(): void {
    this.waiting = null;
    for (const inspector of this.inspectors.values())
      inspector.then((open) => open.dispose()).catch(() => {});
    this.inspectors.clear();
  }

  private async answer(): Promise<void> {
    while (this.waiting) {
      const question = this.waiting;
      this.waiting = null;
      try {
        const inspector = await this.opened(question.model);
        const before = await expectation(inspector, question.ids);
        const after = await expectation(
          inspector,
          question.order.map((i) => question.ids[i]!)
        );
        if (!this.waiting) this.onReading(question, {before, after});
      } catch (error) {
        this.onProblem(error);
      }
    }
  }

  private opened(model: RecordedName): Promise<Inspector> {
    const known = this.inspectors.get(model);
    if (known) return known;
    const opening = this.open(model);
    this.inspectors.set(model, opening);
    opening.catch(() => this.inspectors.delete(model));
    return opening;
  }
}

async function expectation({inspect, config}: Inspector, ids: readonly number[]): Promise<number[]> {
  const {logits} = await inspect(ids, {names: ["logits"]});
  return softmax(logits!.data.slice(-config.vocabSize));
}
