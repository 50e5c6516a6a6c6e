import {startNodeBackend} from "../cli/nodeBackends.js";
import {errorOf, readNetwork} from "../components/chapters/vectors/bends.js";
import {runLinear} from "../components/chapters/vectors/linearRun.js";
import {randomCase} from "../components/chapters/vectors/linearSteps.js";
import {preset} from "../components/chapters/vectors/target.js";
import {packTable} from "../components/chapters/vectors/tokenTable.js";
import {OPENING, RECORDED, STARTS, type VectorsTrace, WIDTHS} from "../components/chapters/vectors/trace.js";
import {fromOnnx} from "../components/exchange/onnx/onnx.js";
import {FunctionFit} from "../components/training/functionFit.js";
import {shippedModel} from "./shippedModel.js";

/** What the chapter on vectors opens with: its network in training, a layer forward and backward, the token table. */
const LAYER_SEED = 4;

// The page's worker computes on the same backend, so that a reader's run repeats the recorded one.
await startNodeBackend("cpu");
const points = preset(OPENING.preset);

const fit = new FunctionFit(OPENING);
fit.aim(points);
const frames: VectorsTrace["frames"] = [];
for (const step of RECORDED) {
  await fit.train(step - fit.step);
  frames.push({step, network: readNetwork(await fit.data(), 4)});
}

const widths: VectorsTrace["widths"] = [];
for (const units of WIDTHS) {
  const errors: number[] = [];
  for (let seed = 1; seed <= STARTS; seed++) {
    const fit = new FunctionFit({units, learningRate: OPENING.learningRate, seed});
    fit.aim(points);
    await fit.train(RECORDED.at(-1)!);
    errors.push(errorOf(readNetwork(await fit.data()), points));
    fit.dispose();
  }
  widths.push({units, error: Number(Math.min(...errors).toPrecision(3))});
}

const layer = randomCase(LAYER_SEED);
const {tokenizer, onnx} = await shippedModel();
const {data, shape} = fromOnnx(onnx).parameters["transformer.wte.weight"]!;

const trace: VectorsTrace = {
  frames,
  widths,
  linear: {layer, result: await runLinear(layer)},
  vocabulary: tokenizer.vocabulary,
  table: packTable(data, shape[1]!)
};
process.stdout.write(JSON.stringify(trace));
