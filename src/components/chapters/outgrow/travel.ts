/** One run in a third of its steps here, a third in PyTorch and a third here again, beside the same run at home. */
export interface TravelRecord {
  version: 1;
  /** For people: the text, and what computed. */
  corpus: string;
  home: string;
  abroad: string;
  processes: number;
  parameters: number;
  /** The steps after which it left and came back. */
  left: number;
  returned: number;
  /** The training loss of every step, nats a token. */
  stayed: number[];
  travelled: number[];
}

/** The recorded run. Throws Error where the file is another version or its curves differ in length. */
export function readTravel(value: unknown): TravelRecord {
  const record = value as TravelRecord;
  if (record?.version !== 1) throw new Error("The recorded run is of another version than this page.");
  const {stayed, travelled, left, returned} = record;
  if (stayed.length !== travelled.length || !(0 < left && left < returned && returned < stayed.length))
    throw new Error("The recorded run is damaged.");
  return record;
}

/** The largest difference between the two curves, nats a token. */
export const travelDifference = ({stayed, travelled}: TravelRecord): number =>
  Math.max(...stayed.map((loss, i) => Math.abs(loss - travelled[i]!)));
