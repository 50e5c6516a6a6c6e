import type {GraphOptions} from "../../components/exchange/onnx/onnxGraph.js";

/** One reading of a whole context, token by token. */
export interface ReadingTime {
  tokens: number;
  ms: number;
  /** Of each quarter of the tokens. */
  quarterMs: number[];
  /** Of that inside ONNX Runtime's `session.run`. */
  insideMs: number;
}

/** The readings of each contestant, by name. */
export type Measurements = Record<string, ReadingTime[]>;

export interface DecodingTask {
  /** Where the modules lie that are measured, as something to import. */
  modules: {
    onnxModel: string;
    ort: string;
    client: string;
    tokenizerFile: string;
    onnx: string;
    timedRuns: string;
  };
  /** An ONNX file of ours, or its URL. */
  file: Uint8Array | string;
  graphs: Record<string, Partial<GraphOptions>>;
  /** ONNX Runtime's binary; null in Node, which finds it. */
  binaries: {wasm: string} | null;
  length: number;
  rounds: number;
  /** The URL of a worker whose runs are timed, and the channel on which it is asked for them: a page's own way is measured too. */
  worker?: {url: string; channel: string};
}

const here = (path: string) => new URL(`../../components/${path}.js`, import.meta.url).href;

/** The sources themselves. */
export const nodeModules: DecodingTask["modules"] = {
  onnxModel: here("inference/onnxModel"),
  ort: here("inference/ort"),
  client: here("inference/client"),
  tokenizerFile: here("text/tokenizerFile"),
  onnx: here("exchange/onnx/onnx"),
  timedRuns: new URL("timedRuns.js", import.meta.url).href
};

/**
 * Lets each graph read `length` tokens, in turns. It stands alone, so that it can be sent to a page: all that it uses is
 * imported by URL.
 */
export async function measureDecoding(task: DecodingTask): Promise<Measurements> {
  const {modules, graphs, binaries, length, rounds} = task;
  const [model, runtime, {timeRuns}] = (await Promise.all([
    import(modules.onnxModel),
    import(modules.ort),
    import(modules.timedRuns)
  ])) as [
    typeof import("../../components/inference/onnxModel.js"),
    typeof import("../../components/inference/ort.js"),
    typeof import("./timedRuns.js")
  ];
  const bytes =
    typeof task.file === "string" ? new Uint8Array(await (await fetch(task.file)).arrayBuffer()) : task.file;
  const binary = binaries && (async () => (await fetch(binaries.wasm)).arrayBuffer());
  const timing = timeRuns(await runtime.loadOrt("wasm", binary ?? undefined));

  interface Contestant {
    name: string;
    /** Reads `length` tokens; tells of each. */
    read(heard: () => void): Promise<void>;
    insideMs(): Promise<number>;
    end(): void;
  }
  const contestants: Contestant[] = [];
  for (const [name, graph] of Object.entries(graphs)) {
    const forward = await model.openOnnxForward(bytes, {graph});
    contestants.push({
      name,
      async read(heard) {
        const reading = forward.decoding!();
        for (let token = 0; token < length; token++) {
          // Which tokens makes no difference to the time; every vocabulary has eight.
          await reading.read([token % 8]);
          heard();
        }
        reading.dispose();
      },
      insideMs: async () => timing.insideMs(),
      end: () => void forward.dispose()
    });
  }
  const {worker} = task;
  if (worker) {
    const [{openOnnxModelInWorker}, {readTokenizer}, {readOnnxHeader}] = (await Promise.all([
      import(modules.client),
      import(modules.tokenizerFile),
      import(modules.onnx)
    ])) as [
      typeof import("../../components/inference/client.js"),
      typeof import("../../components/text/tokenizerFile.js"),
      typeof import("../../components/exchange/onnx/onnx.js")
    ];
    const opened = await openOnnxModelInWorker(bytes, {
      label: "measured",
      tokenizer: readTokenizer(readOnnxHeader(bytes).metadata.tokenizer),
      createWorker: () => new Worker(worker.url, {type: "module"})
    });
    const channel = new BroadcastChannel(worker.channel);
    contestants.push({
      name: "the pages' graph, writing for the page",
      async read(heard) {
        const settings = {options: {temperature: 0, topK: null, topP: 1}, seed: 0, steps: length};
        for await (const _ of opened.write!([0], settings)) heard();
      },
      insideMs: () =>
        new Promise((resolve) => {
          channel.onmessage = ({data}) => resolve(data);
          channel.postMessage("ask");
        }),
      end() {
        channel.close();
        opened.dispose();
      }
    });
  }

  const measurements: Measurements = {};
  // The first turn is to warm up.
  for (let round = -1; round < rounds; round++)
    for (const {name, read, insideMs} of contestants) {
      const quarterMs: number[] = [];
      const before = await insideMs();
      let tokens = 0;
      const start = performance.now();
      let from = start;
      await read(() => {
        if (++tokens < Math.floor(((quarterMs.length + 1) * length) / 4)) return;
        const now = performance.now();
        quarterMs.push(now - from);
        from = now;
      });
      const ms = performance.now() - start;
      const time = {tokens, ms, quarterMs, insideMs: (await insideMs()) - before};
      if (round >= 0) measurements[name] = [...(measurements[name] ?? []), time];
    }
  timing.end();
  for (const {end} of contestants) end();
  return measurements;
}
