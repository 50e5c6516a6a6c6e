import type {CorpusMeta} from "../corpus/meta.js";

/** Names a run begun at `now` (milliseconds since 1970): the beginning of its text's hash, its seed, and the time. */
export const newRunId = ({sha256}: Pick<CorpusMeta, "sha256">, seed: number, now = Date.now()): string =>
  `${sha256.slice(0, 8)}-${seed}-${now.toString(36)}`;

/** When a run of this name began, milliseconds since 1970; null where the name does not say. */
export function startOf(runId: string): number | null {
  const time = /^[0-9a-f]{8}-\d+-([0-9a-z]{1,10})$/.exec(runId)?.[1];
  return time === undefined ? null : Number.parseInt(time, 36);
}
