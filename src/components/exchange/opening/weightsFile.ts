import {FormatError} from "../formatError.js";
import {wholeName} from "../huggingFace/huggingFaceNames.js";
import {openSafetensors} from "../safetensors/safetensorsFile.js";
import type {GivenFile} from "./importedModel.js";

/** The weights in one or several safetensors files, by the names of Hugging Face's whole models. */
export interface Weights {
  shapes: ReadonlyMap<string, readonly number[]>;
  metadata: Readonly<Record<string, string>>;
  /** Bytes of a tensor in its file. */
  bytes(name: string): number;
  /** Rejects as `SafetensorsFile.read` does. */
  read(name: string, signal?: AbortSignal): Promise<Float32Array>;
}

/** Opens files that hold one model together, as large ones are split. Rejects with FormatError where a tensor is there twice. */
export async function openWeights(files: readonly GivenFile[], signal?: AbortSignal): Promise<Weights> {
  const shapes = new Map<string, readonly number[]>();
  const places = new Map<string, {bytes: number; read(signal?: AbortSignal): Promise<Float32Array>}>();
  const metadata: Record<string, string> = {};
  for (const {name: fileName, file} of files) {
    const opened = await openSafetensors(file, signal);
    Object.assign(metadata, opened.metadata);
    for (const [stored, {shape, begin, end}] of opened.entries) {
      const name = wholeName(stored);
      if (name === null) continue;
      if (shapes.has(name))
        throw new FormatError(
          `The weight ${name} is there twice, the second time in ${fileName}: open the files of one model only.`
        );
      shapes.set(name, shape);
      places.set(name, {bytes: end - begin, read: (signal) => opened.read(stored, signal)});
    }
  }
  return {
    shapes,
    metadata,
    bytes: (name) => places.get(name)!.bytes,
    read: (name, signal) => places.get(name)!.read(signal)
  };
}
