import {JsonReader} from "../../exchange/jsonReader.js";
import {type RunRecord, readRunRecord} from "../../exchange/runRecord.js";

/** What a recorded run's checkpoint was measured to be, and what it wrote. */
export interface RecordedCheckpoint {
  step: number;
  /** Nats a token, of the 8-bit checkpoint itself. */
  roundedLoss: number;
  sample: string;
}

export interface RecordedRun {
  run: RunRecord;
  checkpoints: RecordedCheckpoint[];
}

/** Reads `recording.json`, which `npm run record` wrote. Throws FormatError naming what is wrong. */
export function readRecordedRun(text: string): RecordedRun {
  const json = JsonReader.parse(text, "recording.json");
  return {
    run: readRunRecord(json),
    checkpoints: json
      .get("checkpoints")
      .array()
      .map((checkpoint) => ({
        step: checkpoint.get("step").integer(),
        roundedLoss: checkpoint.get("roundedLoss").number(),
        sample: checkpoint.get("sample").string()
      }))
  };
}
