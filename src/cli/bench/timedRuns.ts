/**
 * Lets an ONNX Runtime count the milliseconds that its sessions spend in `session.run`, those opened from now on. It
 * stands alone, so that it can be sent to a page or a worker.
 */
export function timeRuns(ort: typeof import("onnxruntime-web/wasm")): {insideMs(): number; end(): void} {
  let ms = 0;
  const create = ort.InferenceSession.create;
  const timed = async (...parameters: unknown[]) => {
    const session = await Reflect.apply(create, ort.InferenceSession, parameters);
    const run = session.run.bind(session);
    session.run = async (...asked: unknown[]) => {
      const start = performance.now();
      const results = await run(...asked);
      ms += performance.now() - start;
      return results;
    };
    return session;
  };
  Object.assign(ort.InferenceSession, {create: timed});
  return {insideMs: () => ms, end: () => void Object.assign(ort.InferenceSession, {create})};
}

/** As a module: tsx wraps functions in calls of a helper of its own. */
export const timedRunsModule = `const __name = (f) => f;\nexport ${timeRuns}`;

/** Where a worker that is timed is asked for its milliseconds, and answers. */
export const TIMED_CHANNEL = "milliseconds inside session.run";

/** A worker of the site, whose runs are timed. */
export const timedWorker = (urls: {worker: string; ort: string; timedRuns: string; wasm: string}): string => `
import ${JSON.stringify(urls.worker)};
import {loadOrt} from ${JSON.stringify(urls.ort)};
import {timeRuns} from ${JSON.stringify(urls.timedRuns)};
const timing = loadOrt("wasm", async () => (await fetch(${JSON.stringify(urls.wasm)})).arrayBuffer()).then(timeRuns);
const handle = self.onmessage;
self.onmessage = async (event) => {
  await timing;
  handle(event);
};
const channel = new BroadcastChannel(${JSON.stringify(TIMED_CHANNEL)});
channel.onmessage = async ({data}) => {
  if (data === "ask") channel.postMessage((await timing).insideMs());
};`;
