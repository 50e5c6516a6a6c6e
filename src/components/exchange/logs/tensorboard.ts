import {create, type MessageInitShape, toBinary} from "@bufbuild/protobuf";
import {startOf} from "../../training/runId.js";
import {joinBytes} from "../joinBytes.js";
import {crc32c} from "../safetensors/crc32c.js";
import {type LoggedRun, type LogRow, logRows} from "./runLog.js";
import {EventSchema} from "./tensorboardSchema_pb.js";

/** What TensorBoard shows, by the names that it shows it under. */
const SCALARS: readonly [tag: string, field: keyof LogRow][] = [
  ["loss/train", "trainLoss"],
  ["loss/validation", "validationLoss"],
  ["learning_rate", "learningRate"],
  ["gradient_norm", "gradientNorm"]
];

/** The version of the format that every reader knows. */
const FILE_VERSION = "brain.Event:2";

/** The name of a run's event file: TensorBoard opens what holds "tfevents". */
export const eventFileName = (run: LoggedRun): string =>
  `events.out.tfevents.${Math.floor(startSeconds(run))}.glassformer`;

/**
 * The curve of a run as TensorBoard's event file: a TFRecord for each step that something is known of. Times are the
 * run's beginning and the seconds of training since, without pauses.
 */
export function eventFile(run: LoggedRun): Uint8Array<ArrayBuffer> {
  const start = startSeconds(run);
  let seconds = 0;
  const records = [record({wallTime: start, what: {case: "fileVersion", value: FILE_VERSION}})];
  for (const row of logRows(run)) {
    seconds = row.seconds ?? seconds;
    const value = SCALARS.flatMap(([tag, field]) => {
      const number = row[field];
      return number === null ? [] : [{tag, value: {case: "simpleValue", value: number} as const}];
    });
    if (value.length === 0) continue;
    records.push(
      record({
        wallTime: start + seconds,
        step: BigInt(row.step),
        what: {case: "summary", value: {value}}
      })
    );
  }
  return joinBytes(records);
}

/** When a run began, seconds since 1970; where its name does not say, that is 0. */
const startSeconds = ({runId}: LoggedRun): number => (startOf(runId) ?? 0) / 1000;

/**
 * A TFRecord: the length as u64, the sum of those eight bytes, the data, its sum; all little-endian
 * (https://www.tensorflow.org/tutorials/load_data/tfrecord).
 */
function record(event: MessageInitShape<typeof EventSchema>): Uint8Array<ArrayBuffer> {
  const data = toBinary(EventSchema, create(EventSchema, event));
  const bytes = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedSum(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedSum(data), true);
  return bytes;
}

/** CRC-32C, turned by 15 bits and moved, so that a sum over data that holds sums is no sum of sums. */
function maskedSum(bytes: Uint8Array): number {
  const sum = crc32c(bytes);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}
