import {MessageChannel} from "node:worker_threads";
import {expect, it} from "vitest";
import {toOnnx} from "../../src/components/exchange/onnx/onnx.js";
import type {WorkerLike} from "../../src/components/inference/workerQueue.js";
import {openInspector} from "../../src/components/inspection/inspector.js";
import {serveInspection} from "../../src/components/inspection/server.js";
import {useBackend} from "../backends.js";
import {fixture, onnxFile} from "../fixtures/model.js";
import {relativeError} from "../ops/fixtures.js";

/** As for a whole model in float32 against float64. */
const TOLERANCE = 2e-5;

const bytes = toOnnx(onnxFile);

/** The two sides joined by a channel that copies, as a worker's does. */
function worker(): WorkerLike {
  const {port1, port2} = new MessageChannel();
  const handle = serveInspection(
    {postMessage: (message, transfer) => port2.postMessage(message, transfer as never)},
    () => useBackend("cpu")
  );
  port2.on("message", (request) => void handle(request));
  const side: WorkerLike = {
    postMessage: (message) => port1.postMessage(message),
    onmessage: null,
    terminate: () => port1.close()
  };
  port1.on("message", (data) => side.onmessage?.({data} as MessageEvent));
  return side;
}

it("shows PyTorch's attention weights and logits, and shapes of what lies between", async () => {
  const inspector = await openInspector(bytes, {createWorker: worker});
  const {nHead: H, nEmbd: C, nInner: F, vocabSize: V} = inspector.config;
  const [ids] = fixture.ids;
  const T = ids!.length;
  const names = ["q", "k", "v", "scores", "weights", "mixed"].map((step) => `transformer.h.1.attn.${step}`);
  const seen = await inspector.inspect(ids!, {
    names: [...names, "embedding", "transformer.h.0.mlp.hidden", "logits"]
  });
  const shapes = Object.fromEntries(
    Object.entries(seen).map(([name, {shape}]) => [name.split(".").at(-1), shape])
  );
  const heads = [1, H, T, C / H];
  expect(shapes).toEqual({
    embedding: [1, T, C],
    q: heads,
    k: heads,
    v: heads,
    scores: [1, H, T, T],
    weights: [1, H, T, T],
    mixed: heads,
    hidden: [1, T, F],
    logits: [1, T, V]
  });
  const first = (data: number[], size: number) => data.slice(0, size);
  expect(
    relativeError(seen["transformer.h.1.attn.weights"]!.data, first(fixture.attention[1]!.data, H * T * T))
  ).toBeLessThan(TOLERANCE);
  expect(relativeError(seen.logits!.data, first(fixture.logits.data, T * V))).toBeLessThan(TOLERANCE);
  inspector.dispose();
});

it("silences heads: what they mixed is 0, and the scores change", async () => {
  const inspector = await openInspector(bytes, {createWorker: worker});
  const [ids] = fixture.ids;
  const mixed = "transformer.h.0.attn.mixed";
  const whole = await inspector.inspect(ids!, {names: [mixed, "logits"]});
  const silenced = await inspector.inspect(ids!, {
    names: [mixed, "logits"],
    silenced: [{layer: 0, head: 1}]
  });
  const half = whole[mixed]!.data.length / 2;
  expect(silenced[mixed]!.data.slice(0, half)).toEqual(whole[mixed]!.data.slice(0, half));
  expect(silenced[mixed]!.data.slice(half).every((value) => value === 0)).toBe(true);
  expect(relativeError(silenced.logits!.data, whole.logits!.data)).toBeGreaterThan(0.01);
  inspector.dispose();
});

it("refuses names that the model does not make, and damaged files", async () => {
  const inspector = await openInspector(bytes, {createWorker: worker});
  await expect(inspector.inspect([1], {names: ["transformer.h.9.attn.q"]})).rejects.toThrow(
    "This model makes nothing named transformer.h.9.attn.q."
  );
  await expect(inspector.inspect([], {names: ["logits"]})).rejects.toThrow(RangeError);
  inspector.dispose();
  await expect(openInspector(bytes.subarray(0, 500), {createWorker: worker})).rejects.toThrow(/ONNX file/);
});
