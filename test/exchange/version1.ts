import {fixture, run} from "../fixtures/model.js";

/** As files of version 1 held GPT-2's kind of model: sizes only. */
const {nLayer, nHead, nEmbd, nInner, blockSize, vocabSize} = fixture.config;
export const version1Config = {nLayer, nHead, nEmbd, nInner, blockSize, vocabSize};

/** Without what version 2 has added. */
const {embeddingDropout, attentionDropout, residualDropout, labelSmoothing, batching, ...rest} =
  run.trainConfig;
export const version1TrainConfig = rest;

export const version1Run = {...run, version: 1, config: version1Config, trainConfig: version1TrainConfig};
