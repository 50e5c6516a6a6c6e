import {describe, expect, it} from "vitest";
import {chooseCorpus} from "../../src/components/corpus/chooseCorpus.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {useBackend} from "../backends.js";
import {relativeError} from "../ops/fixtures.js";
import {expectedSteps, FIRST_STEPS_TOLERANCE} from "./expectedSteps.js";

/** The preset as it is, on the site's own text. More of its steps, and the larger presets, are in `npm run verify`. */
describe("the toy preset", () => {
  it("takes PyTorch's first steps", async () => {
    await useBackend("wasm");
    const {model, train} = presets.toy;
    const {corpus} = await chooseCorpus(undefined, model.blockSize);
    const vocabSize = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
    const trainer = new Trainer(newRun({...model, vocabSize}, train, corpus.meta), corpus, "wasm");
    const losses: number[] = [];
    const expected = expectedSteps.toy.losses;
    expect(expected).toHaveLength(20);
    while (trainer.step < expected.length) losses.push((await trainer.trainStep()).loss);
    expect(relativeError(losses, expected)).toBeLessThan(FIRST_STEPS_TOLERANCE);
    trainer.dispose();
  });
});
