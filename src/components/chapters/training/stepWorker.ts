import {messageOf} from "../../errorMessage.js";
import {startBackend} from "../../webgpu/backends.js";
import type {StepReport, StepRequest} from "./stepClient.js";
import {StepTracer} from "./stepTracer.js";

/** The worker that takes the reader's steps. The model is so small that plain JavaScript computes it at once. */
let tracer: Promise<StepTracer> | null = null;
let last: Promise<void> = Promise.resolve();

async function answer({until}: StepRequest): Promise<void> {
  try {
    tracer ??= startBackend("cpu").then(() => StepTracer.start());
    const running = await tracer;
    let trace = await running.step();
    while (trace.step < until) {
      self.postMessage({type: "progress", step: trace.step} satisfies StepReport);
      trace = await running.step();
    }
    self.postMessage({type: "step", trace} satisfies StepReport);
  } catch (error) {
    tracer = null; // to be tried again
    self.postMessage({type: "failed", message: messageOf(error)} satisfies StepReport);
  }
}

self.onmessage = ({data}: MessageEvent<StepRequest>) => {
  last = last.then(() => answer(data));
};
