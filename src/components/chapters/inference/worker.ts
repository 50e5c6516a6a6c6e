import {messageOf} from "../../errorMessage.js";
import {nextTask} from "../../training/nextTask.js";
import {startBackend} from "../../webgpu/backends.js";
import {openShipped} from "./openShipped.js";
import type {Measurement, MeasurementReport} from "./protocol.js";
import {timeRace} from "./race.js";
import {timeSteps} from "./timeSteps.js";
import {timeWindows} from "./timeWindows.js";
import {writeColumns} from "./writeColumns.js";

/** The worker in which the chapter's measurements run, one each, so that the page never waits for them. */
const post = (report: MeasurementReport, transfer: Transferable[] = []) =>
  self.postMessage(report, {transfer});

async function carryOut(request: Measurement): Promise<void> {
  if (request.type === "steps") return timeSteps(request, post);
  await startBackend("wasm");
  const {model, texts} = await openShipped(request.model, (loadedBytes, totalBytes) =>
    post({type: "loading", loadedBytes, totalBytes})
  );
  switch (request.type) {
    case "write":
      for await (const {id, column} of writeColumns(model, request.prompt, request)) {
        post({type: "written", text: texts([id]), column}, [column.buffer]);
        await nextTask();
      }
      return;
    case "race":
      for await (const {id, ...token} of timeRace(model, request.prompt, request.length)) {
        // The first that is timed is the prompt's last.
        const text = texts(token.t === request.prompt.length ? request.prompt : [id]);
        post({type: "raced", token: {...token, text}});
        await nextTask();
      }
      return;
    case "windows":
      for await (const window of timeWindows(model, request.ids, request.lengths)) {
        post({type: "read", window});
        await nextTask();
      }
  }
}

self.onmessage = ({data}: MessageEvent<Measurement>) =>
  void carryOut(data).then(
    () => post({type: "ended"}),
    (error: unknown) => post({type: "failed", message: messageOf(error)})
  );
