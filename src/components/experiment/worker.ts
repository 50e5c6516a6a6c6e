import {loadCorpus} from "../training/loadCorpus.js";
import {nextTask} from "../training/nextTask.js";
import {chooseBackend} from "../webgpu/chooseBackend.js";
import {deviceLimits} from "../webgpu/deviceLimits.js";
import {Laboratory} from "./laboratory.js";
import type {ExperimentRequest} from "./protocol.js";

/** The worker in which a chapter's experiments run, so that its page never waits for them. */
const laboratory = new Laboratory({
  post: (report) => self.postMessage(report),
  startBackend: async (name) => (await chooseBackend(name)).adapter,
  deviceLimits,
  loadCorpus,
  yieldToOthers: nextTask,
  now: () => performance.now()
});

self.onmessage = ({data}: MessageEvent<ExperimentRequest>) => void laboratory.handle(data);
