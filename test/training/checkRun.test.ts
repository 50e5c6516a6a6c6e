import {describe, expect, it} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {checkRun} from "../../src/components/training/checkRun.js";
import type {TrainConfig} from "../../src/components/training/config.js";
import {presets} from "../../src/components/training/presets.js";
import {deviceLimits} from "../../src/components/webgpu/deviceLimits.js";
import {useBackend} from "../backends.js";
import {tinyCorpus} from "./corpus.js";

const {meta} = tinyCorpus();
const model = modelConfig({nLayer: 2, nHead: 2, nEmbd: 16, nInner: 64, blockSize: 16, vocabSize: 8});
const {train} = presets.toy;
const limits = {engine: "This machine", tensorBytes: 128e6, totalBytes: 1e9, kernels: "none"} as const;

describe("checkRun", () => {
  it("lets a possible run pass", () => {
    expect(() => checkRun(model, train, meta, limits)).not.toThrow();
  });

  it("refuses a context longer than the corpus", () => {
    expect(() => checkRun({...model, blockSize: 4000}, train, meta)).toThrow(
      "blockSize is 4000, but the shorter part of “test words” has 400 tokens, and a window needs one more than blockSize: use a longer text or a shorter context."
    );
  });

  it("refuses a width that the heads do not divide, and a vocabulary beyond what a corpus file can say", () => {
    expect(() => checkRun({...model, nEmbd: 15}, train, meta)).toThrow(
      "nEmbd is 15, which nHead 2 does not divide"
    );
    expect(() => checkRun({...model, vocabSize: 70000}, train, meta)).toThrow(
      "vocabSize is 70000; it must be a whole number from 2 to 65536."
    );
  });

  it("refuses a tensor that the device cannot hold, naming what makes it large", () => {
    const wide = {...model, blockSize: 300, nHead: 16};
    expect(() => checkRun(wide, {...train, batchSize: 64}, meta, limits)).toThrow(
      "The attention weights (batchSize · nHead · blockSize²) of one step take 369 MB; This machine holds at most 128 MB in one piece. batchSize is 64 and blockSize 300: make one of them smaller."
    );
  });

  it("refuses a model that does not fit as a whole", () => {
    const large = {...model, nLayer: 48, nEmbd: 512, nInner: 2048};
    expect(() => checkRun(large, train, meta, limits)).toThrow(
      /^Training this model takes about 3,\d+ MB; This machine holds at most 1,000 MB. nLayer is 48, nEmbd 512, batchSize 12: make one of them smaller, or turn gradientCheckpointing on, or raise accumulationSteps, 1.$/
    );
  });

  it("lets pass what checkpointing or smaller pieces make fit, and offers only what is left to do", () => {
    const deep = {...model, nLayer: 24, nEmbd: 64, nInner: 256, blockSize: 64};
    const settings = {...train, batchSize: 64};
    const small = {...limits, totalBytes: 200e6};
    const check = (more: Partial<TrainConfig>, {totalBytes}: {totalBytes: number} = small) => {
      return () => checkRun(deep, {...settings, ...more}, meta, {...small, totalBytes});
    };
    expect(check({})).toThrow(/make one of them smaller, or turn gradientCheckpointing on/);
    expect(check({gradientCheckpointing: true})).not.toThrow();
    expect(check({accumulationSteps: 16})).not.toThrow();
    const both = {gradientCheckpointing: true, accumulationSteps: 64};
    expect(check(both, {totalBytes: 1e6})).toThrow(/: make one of them smaller\.$/);
  });

  it.each(["cpu", "wasm", "webgpu"] as const)("knows the limits of %s", async (backend) => {
    await useBackend(backend);
    const {tensorBytes, totalBytes} = deviceLimits();
    // WebGPU promises 128 MiB in a binding everywhere.
    expect(tensorBytes).toBeGreaterThanOrEqual(2 ** 27);
    expect(totalBytes).toBeGreaterThanOrEqual(tensorBytes);
  });
});
