import type {TextStudy} from "./study.js";

/** A text to study: one of this site's, tokenised, or the reader's own. */
export type StudySource =
  | {kind: "built"; name: string; metaUrl: string; trainUrl: string; valUrl: string}
  | {kind: "text"; name: string; text: string};

export type StudyReport =
  /** A stage of `STAGES` has begun. */
  | {type: "stage"; stage: number}
  | {type: "done"; study: TextStudy; seconds: number}
  | {type: "failed"; message: string};
