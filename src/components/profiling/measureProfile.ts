import * as tf from "@tensorflow/tfjs-core";
import {type Preset, type PresetName, presets} from "../training/presets.js";
import {Trainer} from "../training/trainer.js";
import {measureAttainable} from "../webgpu/attainable.js";
import {webgpuBackend} from "../webgpu/backend.js";
import type {ProfileRecord} from "./profileRecord.js";
import {randomRun} from "./randomRun.js";

/** How far a measurement has come: "4 of 4: timing each kernel alone", 3 of 40. */
export interface ProfileProgress {
  label: string;
  done: number;
  total: number;
  unit: string;
}

export interface MeasureOptions {
  /** What the device is called. */
  adapter: string;
  /** Whether the device computes; where it does not, only counts and the processor's share mean anything. */
  computes?: boolean;
  signal?: AbortSignal;
  onProgress?(progress: ProfileProgress): void;
}

/** A preset's sizes with another batch. */
export const withBatch = (name: PresetName, batchSize: number): Pick<Preset, "model" | "train"> => ({
  model: presets[name].model,
  train: {...presets[name].train, batchSize}
});

/**
 * Measures a training step of these settings on tfjs's current backend, which must be WebGPU: first the device's
 * ceilings, then whole steps, then each kernel alone. Rejects with Error where a step cannot be captured, RangeError
 * where the settings are impossible, and with the signal's reason where that aborts.
 */
export async function measureProfile(
  preset: string,
  settings: Pick<Preset, "model" | "train">,
  {adapter, computes = true, signal, onProgress}: MeasureOptions
): Promise<ProfileRecord> {
  if (tf.getBackend() !== "webgpu") throw new Error("Kernels can only be measured on WebGPU.");
  const {corpus, snapshot} = await randomRun(settings);
  const telling = (label: string, unit: string) => (done: number, total: number) =>
    onProgress?.({label, done, total, unit});
  const going = {isTimed: computes, ...(signal && {signal})};
  const attainable = computes
    ? await measureAttainable({...going, onProgress: telling("1 of 4: what is attainable here", "sizes")})
    : null;
  const trainer = new Trainer(snapshot, corpus, adapter);
  try {
    await trainer.prepare(telling("2 of 4: compiling kernels", "kernels"));
    signal?.throwIfAborted();
    const profile = await trainer.profile({
      ...going,
      onSteps: telling("3 of 4: timing whole steps", "rounds at most"),
      onProgress: telling("4 of 4: timing each kernel alone", "kernels")
    });
    const {
      train: {batchSize},
      model: {blockSize}
    } = settings;
    return {
      version: 1,
      preset,
      batchSize,
      tokens: blockSize,
      adapter,
      hasDeviceClock: webgpuBackend().device.features.has("timestamp-query"),
      attainable,
      ...profile
    };
  } finally {
    trainer.dispose();
  }
}
