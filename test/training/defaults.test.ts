import {describe, expect, it} from "vitest";
import {chooseCorpus} from "../../src/components/corpus/chooseCorpus.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {useBackend} from "../backends.js";
import {relativeError} from "../ops/fixtures.js";
import {expectedSteps, FIRST_STEPS_TOLERANCE} from "./expectedSteps.js";

/** The presets as they are, on the site's own text. The larger ones are in `npm run verify`. */
describe("the toy preset", () => {
  it("takes PyTorch's first steps, and is where it should be after 200", async () => {
    await useBackend("wasm");
    const {model, train} = presets.toy;
    const {corpus} = await chooseCorpus(undefined, model.blockSize);
    const vocabSize = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
    const trainer = new Trainer(newRun({...model, vocabSize}, train, corpus.meta), corpus, "wasm");
    const losses: number[] = [];
    while (trainer.step < 200) losses.push((await trainer.trainStep()).loss);

    const expected = expectedSteps.toy.losses;
    expect(expected).toHaveLength(20);
    expect(relativeError(losses.slice(0, 20), expected)).toBeLessThan(FIRST_STEPS_TOLERANCE);
    // 2.251 when this was written; another seed moves it by about 0.02, a wrong rate, decay or schedule by more.
    const loss = await trainer.validationLoss();
    expect(loss).toBeGreaterThan(2.18);
    expect(loss).toBeLessThan(2.32);
    trainer.dispose();
    // 40 s where nothing else runs.
  }, 400_000);
});
