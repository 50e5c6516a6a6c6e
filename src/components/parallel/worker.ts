import {loadCorpus} from "../training/loadCorpus.js";
import {chooseBackend} from "../webgpu/chooseBackend.js";
import {deviceLimits} from "../webgpu/deviceLimits.js";
import type {TeamCommand} from "./protocol.js";
import {Station} from "./station.js";

/** One worker of a team. Each computes on WebAssembly, which is the same everywhere, bit for bit, and needs no sharing. */
const station = new Station({
  post: (report) => self.postMessage(report),
  startBackend: async () => (await chooseBackend("wasm")).adapter,
  deviceLimits,
  loadCorpus,
  now: () => performance.timeOrigin + performance.now() // the same for all workers
});

self.onmessage = ({data}: MessageEvent<TeamCommand>) => void station.handle(data);
