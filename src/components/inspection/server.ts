import {fromOnnx} from "../exchange/onnx/onnx.js";
import {checkParameters} from "../exchange/parameterCheck.js";
import {fetchBytes} from "../inference/fetchBytes.js";
import {checkIds} from "../inference/modelInput.js";
import type {Channel} from "../inference/protocol.js";
import {answerInOrder} from "../inference/workerQueue.js";
import type {ModelConfig} from "../model/config.js";
import type {ParameterData} from "../model/parameters.js";
import {TensorModel} from "../model/tensorModel.js";
import type {InspectedModel, InspectionReply, InspectionRequest} from "./protocol.js";

async function read(
  model: InspectedModel,
  onProgress: (loadedBytes: number, totalBytes: number | null) => void
): Promise<{config: ModelConfig; parameters: ParameterData}> {
  if (typeof model === "string") return fromOnnx(await fetchBytes(model, onProgress));
  if (model instanceof Uint8Array) return fromOnnx(model);
  checkParameters(model.config, model.parameters);
  return model;
}

/**
 * The worker's side: a model of ours on tfjs, where every intermediate can be seen. `startBackend` starts the engine.
 * Returns the handler for incoming messages.
 */
export function serveInspection(
  channel: Channel,
  startBackend: () => Promise<unknown>
): (request: InspectionRequest) => Promise<void> {
  let model: TensorModel | null = null;
  const post = (reply: InspectionReply, transfer: Transferable[] = []) =>
    channel.postMessage(reply, transfer);

  return answerInOrder(channel, async (request) => {
    if (request.type === "open") {
      const report = (loadedBytes: number, totalBytes: number | null) =>
        post({type: "progress", loadedBytes, totalBytes});
      const {config, parameters} = await read(request.model, report);
      await startBackend();
      model?.dispose();
      model = new TensorModel(config, parameters);
      post({type: "opened", config});
      return;
    }
    if (!model) throw new Error("No model is open.");
    const {ids} = request;
    checkIds(ids, model.config);
    if (request.type === "sensitivity") {
      const {targets} = request;
      checkIds(targets, model.config);
      if (targets.length !== ids.length)
        throw new RangeError(`There are ${ids.length} tokens and ${targets.length} targets.`);
      const sensitivity = await model.sensitivity(ids, targets);
      post(
        {type: "sensed", sensitivity},
        sensitivity.places.flatMap(({values, gradient}) => [
          values.buffer as ArrayBuffer,
          gradient.buffer as ArrayBuffer
        ])
      );
      return;
    }
    const {names, silenced} = request;
    const inspection = await model.inspect(ids, {names, ...(silenced && {silenced})});
    post(
      {type: "inspected", inspection},
      Object.values(inspection).map(({data}) => data.buffer as ArrayBuffer)
    );
  });
}
