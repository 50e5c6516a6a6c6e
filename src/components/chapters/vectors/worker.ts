import {startBackend} from "../../webgpu/backends.js";
import type {WorkshopRequest} from "./protocol.js";
import {Workshop} from "./workshop.js";

/** The worker of the chapter on vectors. Its networks are so small that plain JavaScript computes them at once. */
const workshop = new Workshop({
  post: (report) => self.postMessage(report),
  startBackend: () => startBackend("cpu"),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  now: () => performance.now()
});

self.onmessage = ({data}: MessageEvent<WorkshopRequest>) => void workshop.handle(data);
