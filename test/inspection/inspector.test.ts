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

it("tells how the loss would change with each number of a layer, as differences of the loss do", async () => {
  const inspector = await openInspector(bytes, {createWorker: worker});
  const {nEmbd: C, nInner: F, nLayer: L, vocabSize: V} = inspector.config;
  const ids = fixture.ids[0]!.slice(0, 6);
  const targets = [...ids.slice(1), ids[0]!];
  const {loss, places, parameters} = await inspector.sensitivity(ids, targets);
  const place = (name: string) => places.find((place) => place.name === name)!;
  // Of the logits it is known: (softmax − one-hot) / T; and so is the loss.
  const logits = place("logits");
  const rows = ids.map((_, t) => {
    const row = [...logits.values.slice(t * V, (t + 1) * V)].map(Math.exp);
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((x) => x / sum);
  });
  expect(loss).toBeCloseTo(-rows.reduce((sum, row, t) => sum + Math.log(row[targets[t]!]!), 0) / 6, 5);
  const expected = rows.flatMap((row, t) => row.map((p, v) => (p - (v === targets[t] ? 1 : 0)) / 6));
  expect(relativeError(logits.gradient, expected)).toBeLessThan(TOLERANCE);
  expect(place("embedding").shape).toEqual([1, 6, C]);
  expect(place(`transformer.h.${L - 1}.mlp.hidden`).shape).toEqual([1, 6, F]);
  expect(places.every(({values, gradient}) => values.length === gradient.length)).toBe(true);
  expect(places.every(({gradient}) => gradient.some((x) => x !== 0))).toBe(true);
  // The stream's gradient is that of the token table's rows, gathered: one token that occurs once has its row's.
  const norms = Object.fromEntries(parameters.map(({name, gradientNorm}) => [name, gradientNorm]));
  const positions = Math.hypot(...place("embedding").gradient);
  expect(norms["transformer.wpe.weight"]).toBeCloseTo(positions, 5);
  inspector.dispose();
});

it("refuses targets that do not fit, and a model that counts", async () => {
  const inspector = await openInspector(bytes, {createWorker: worker});
  await expect(inspector.sensitivity([1, 2], [1])).rejects.toThrow("There are 2 tokens and 1 targets.");
  await expect(inspector.sensitivity([1], [999])).rejects.toThrow(RangeError);
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
