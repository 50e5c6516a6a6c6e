import {expect, it} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {initialise} from "../../src/components/model/initialise.js";
import {createRandom} from "../../src/components/random.js";
import {trainChoices} from "../../src/components/training/config.js";
import {trainingMemory} from "../../src/components/training/memory.js";
import {initialState} from "../../src/components/training/moments.js";

const config = modelConfig({nLayer: 2, nHead: 2, nEmbd: 16, nInner: 64, blockSize: 8, vocabSize: 11});

it.each(trainChoices.optimiser)("counts what %s remembers", (optimiser) => {
  const {firstMoments, secondMoments} = initialState(optimiser, initialise(config, createRandom(1)));
  const bytes = [firstMoments, secondMoments]
    .flatMap((moments) => Object.values(moments))
    .reduce((sum, {data}) => sum + data.byteLength, 0);
  const memory = trainingMemory(config, {batchSize: 3, optimiser}, "none");
  expect(memory.moments).toBe(bytes);
  expect(memory.total).toBe(memory.parameters + memory.moments + memory.gradients + memory.activations);
});
