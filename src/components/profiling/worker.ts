import {messageOf} from "../errorMessage.js";
import {chooseBackend} from "../webgpu/chooseBackend.js";
import {onDeviceFailure} from "../webgpu/deviceFailure.js";
import {measureProfile, withBatch} from "./measureProfile.js";
import type {ProfileReport, ProfileRequest} from "./protocol.js";

/** The worker in which a step is measured, so that the page never waits and nothing of it is left behind. */
const post = (report: ProfileReport) => self.postMessage(report);

async function measure({preset, batchSize}: ProfileRequest): Promise<void> {
  try {
    const {adapter} = await chooseBackend("webgpu");
    onDeviceFailure((message) =>
      post({
        type: "failed",
        message: `The GPU failed (${message}). Try a smaller batch or preset, or reload the page.`
      })
    );
    post({type: "started", adapter});
    const record = await measureProfile(preset, withBatch(preset, batchSize), {
      adapter,
      onProgress: (progress) => post({type: "progress", progress})
    });
    post({type: "measured", record});
  } catch (error) {
    post({type: "failed", message: messageOf(error)});
  }
}

self.onmessage = ({data}: MessageEvent<ProfileRequest>) => void measure(data);
