import type {ModelConfig} from "../../model/config.js";
import {parameterCount} from "../../model/parameters.js";
import {flops} from "../../model/size.js";
import {formatFixed} from "../../views/format.js";
import {anatomy} from "./anatomy.js";
import {knownShapes} from "./knownShapes.js";

/** The order of the answers to “where do most of the learned numbers live?”. */
const PARTS = ["tables", "attention", "feedForward", "norms"] as const;

/** The numbers in the chapter's prose, of one configuration. */
export function modelFacts(config: ModelConfig) {
  const parameters = parameterCount(config);
  const parts = anatomy(config, 1, config.blockSize);
  const share = (pattern: RegExp) =>
    parts.filter(({name}) => pattern.test(name)).reduce((sum, part) => sum + part.parameters, 0) / parameters;
  const shares = {
    tables: share(/^(Embedding|Positions|Head)$/),
    attention: share(/^(Queries|Projection)/),
    feedForward: share(/^Feed-forward/),
    norms: share(/Norm$/)
  };
  const {forward} = flops(config, {batchSize: 1});
  const perParameter = (operations: number) => formatFixed(operations / (parameters * config.blockSize), 2);
  const table = config.vocabSize * config.nEmbd;
  const gpt2 = knownShapes[0]!.config;
  return {
    parameters,
    shares,
    /** Index of the largest part in `PARTS`. */
    largestPart: PARTS.reduce((best, name, i) => (shares[name] > shares[PARTS[best]!] ? i : best), 0),
    /** Numbers of the head's table, where it is not the token table, and their share of all the others. */
    untiedExtra: table,
    untiedShare: table / (config.tiedHead ? parameters : parameters - table),
    gpt2Vocabulary: gpt2.vocabSize,
    gpt2UntiedShare: (gpt2.vocabSize * gpt2.nEmbd) / parameterCount(gpt2),
    /** Operations of a forward pass over a full window, for each parameter and token. */
    flopsPerParameter: perParameter(forward.total),
    /** Those of them that are scores and weighted sums. */
    attentionPerParameter: perParameter(forward.attention)
  };
}
