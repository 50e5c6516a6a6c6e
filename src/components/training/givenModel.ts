import type {Corpus} from "../corpus/meta.js";
import {recut} from "../corpus/recut.js";
import {fromOnnx} from "../exchange/onnx/onnx.js";
import type {ModelConfig} from "../model/config.js";
import type {ParameterData} from "../model/parameters.js";
import {parametersSha256} from "../model/parametersSha256.js";
import type {Tokenizer} from "../text/tokenizer.js";
import type {TokenizerChoice} from "../text/tokenizerChoice.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import type {Beginning} from "./newRun.js";
import type {GivenModelFile} from "./protocol.js";

/** A model that a run is to begin at, with the tokenizer that its text is to be cut with. */
export interface GivenModel extends Beginning {
  config: ModelConfig;
  tokenizer: Tokenizer;
}

/** The model in an ONNX file of ours. Rejects with FormatError where it holds none. */
export async function readGivenModel({name, file}: GivenModelFile): Promise<GivenModel> {
  const {config, parameters, metadata} = fromOnnx(new Uint8Array(await file.arrayBuffer()));
  return givenModel(name, {config, parameters, tokenizer: readTokenizer(metadata.tokenizer)});
}

export const givenModel = async (
  name: string,
  model: {config: ModelConfig; parameters: ParameterData; tokenizer: Tokenizer}
): Promise<GivenModel> => ({...model, begunFrom: {name, sha256: await parametersSha256(model.parameters)}});

/** The text that `load` gives by character, as the model's tokens. Rejects as `load` does, and as `recut` throws. */
export async function cutForModel(
  {tokenizer, config}: Pick<GivenModel, "tokenizer" | "config">,
  load: (tokenizer: TokenizerChoice, blockSize: number) => Promise<Corpus>
): Promise<Corpus> {
  return recut(await load({kind: "character"}, 1), tokenizer, config.blockSize);
}
