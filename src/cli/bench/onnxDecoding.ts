import type {GraphOptions} from "../../components/exchange/onnxGraph.js";

/** One reading of a whole context, token by token. */
export interface ReadingTime {
  tokens: number;
  ms: number;
  /** Of each quarter of the tokens. */
  quarterMs: number[];
  /** Of that inside ONNX Runtime's `session.run`; null where it cannot be seen. */
  insideMs: number | null;
}

/** The readings of each contestant, by name. */
export type Measurements = Record<string, ReadingTime[]>;

export interface DecodingTask {
  /** Where the modules lie that are measured, as something to import. */
  modules: {onnxModel: string; ort: string; client: string; tokenizerFile: string; onnx: string};
  /** An ONNX file of ours, or its URL. */
  file: Uint8Array | string;
  graphs: Record<string, Partial<GraphOptions>>;
  /** ONNX Runtime's binary; null in Node, which finds it. */
  binaries: {wasm: string} | null;
  length: number;
  rounds: number;
  /** Whether a page's own way, through its worker, is measured too. */
  throughWorker?: boolean;
}

const here = (path: string) => new URL(`../../components/${path}.js`, import.meta.url).href;

/** The sources themselves. */
export const nodeModules: DecodingTask["modules"] = {
  onnxModel: here("inference/onnxModel"),
  ort: here("inference/ort"),
  client: here("inference/client"),
  tokenizerFile: here("text/tokenizerFile"),
  onnx: here("exchange/onnx")
};

/**
 * Lets each graph read `length` tokens, in turns. It stands alone, so that it can be sent to a page: all that it uses is
 * imported by URL.
 */
export async function measureDecoding(task: DecodingTask): Promise<Measurements> {
  const {modules, graphs, binaries, length, rounds} = task;
  const [model, runtime] = (await Promise.all([import(modules.onnxModel), import(modules.ort)])) as [
    typeof import("../../components/inference/onnxModel.js"),
    typeof import("../../components/inference/ort.js")
  ];
  const bytes =
    typeof task.file === "string" ? new Uint8Array(await (await fetch(task.file)).arrayBuffer()) : task.file;
  const binary = binaries && (async () => (await fetch(binaries.wasm)).arrayBuffer());

  let insideMs = 0;
  const ort = await runtime.loadOrt("wasm", binary ?? undefined);
  const create = ort.InferenceSession.create;
  const timed = async (...parameters: unknown[]) => {
    const session = await Reflect.apply(create, ort.InferenceSession, parameters);
    const run = session.run.bind(session);
    session.run = async (...asked: unknown[]) => {
      const start = performance.now();
      const results = await run(...asked);
      insideMs += performance.now() - start;
      return results;
    };
    return session;
  };
  Object.assign(ort.InferenceSession, {create: timed});

  interface Reading {
    read(ids: ArrayLike<number>): Promise<unknown>;
    dispose(): void;
  }
  const contestants: {name: string; seen: boolean; begin(): Reading; end(): void}[] = [];
  for (const [name, graph] of Object.entries(graphs)) {
    const forward = await model.openOnnxForward(bytes, {graph});
    contestants.push({name, seen: true, begin: () => forward.decoding!(), end: () => void forward.dispose()});
  }
  if (task.throughWorker) {
    const [{openOnnxModelInWorker}, {readTokenizer}, {readOnnxHeader}] = (await Promise.all([
      import(modules.client),
      import(modules.tokenizerFile),
      import(modules.onnx)
    ])) as [
      typeof import("../../components/inference/client.js"),
      typeof import("../../components/text/tokenizerFile.js"),
      typeof import("../../components/exchange/onnx.js")
    ];
    const tokenizer = readTokenizer(readOnnxHeader(bytes).metadata.tokenizer);
    const opened = await openOnnxModelInWorker(bytes, {label: "measured", tokenizer});
    contestants.push({
      name: "the pages' graph, asked from the page",
      seen: false,
      begin: () => opened.decoding!(),
      end: () => opened.dispose()
    });
  }

  const measurements: Measurements = {};
  // The first turn is to warm up.
  for (let round = -1; round < rounds; round++)
    for (const {name, seen, begin} of contestants) {
      const reading = begin();
      const quarterMs: number[] = [];
      insideMs = 0;
      const start = performance.now();
      for (let quarter = 0, token = 0; quarter < 4; quarter++) {
        const from = performance.now();
        // Which tokens makes no difference to the time; every vocabulary has eight.
        for (; token < Math.floor(((quarter + 1) * length) / 4); token++) await reading.read([token % 8]);
        quarterMs.push(performance.now() - from);
      }
      const ms = performance.now() - start;
      reading.dispose();
      const time = {tokens: length, ms, quarterMs, insideMs: seen ? insideMs : null};
      if (round >= 0) measurements[name] = [...(measurements[name] ?? []), time];
    }
  Object.assign(ort.InferenceSession, {create});
  for (const {end} of contestants) end();
  return measurements;
}
