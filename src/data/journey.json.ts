import {readFile} from "node:fs/promises";
import {join, resolve} from "node:path";
import {startNodeBackend} from "../cli/nodeBackends.js";
import {journeyNames, journeyOf} from "../components/chapters/home/journey.js";
import {messageOf} from "../components/errorMessage.js";
import {MODEL_FILES} from "../components/exchange/modelFiles.js";
import {fromOnnx} from "../components/exchange/onnx.js";
import {TensorModel} from "../components/model/tensorModel.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";

/**
 * The way of one key through the shipped model, computed at build time, for the home page to open with: a line that
 * most texts could begin with, in the site's own story words where the model knows them.
 */
const LINE = "\n\nOnce there was a boy named Tom. T";

try {
  const folder = resolve(process.env.MODEL || "src/data/shipped-model");
  const {config, parameters, metadata} = fromOnnx(await readFile(join(folder, MODEL_FILES.onnx)));
  const tokenizer = readTokenizer(metadata.tokenizer);
  const ids = [...tokenizer.encode(LINE).ids].slice(-config.blockSize);
  await startNodeBackend("cpu");
  const model = new TensorModel(config, parameters);
  const inspection = await model.inspect(ids, {names: journeyNames(config)});
  const journey = journeyOf(config, tokenizer, ids, inspection);
  process.stdout.write(JSON.stringify({journey, unit: tokenizer.unit}));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
