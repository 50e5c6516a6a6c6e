import {rotaryAngles} from "../../ops/rotaryAngles.js";

/** One pair of a head's vector, as a hand on a clock: its length, and its angle in radians. */
export interface Hand {
  length: number;
  angle: number;
}

/** The D/2 hands of a vector of D numbers at a position, turned by the angles that `rotary` turns by. */
export function hands(vector: ArrayLike<number>, position: number): Hand[] {
  const half = vector.length / 2;
  return Array.from(rotaryAngles(position, 1, vector.length), (angle, i) => ({
    length: Math.hypot(vector[i]!, vector[i + half]!),
    angle: Math.atan2(vector[i + half]!, vector[i]!) + angle
  }));
}

/** What each pair adds to the score of a query and a key, q·k/√D in all: the hands' lengths and the angle between them. */
export function contributions(query: readonly Hand[], key: readonly Hand[]): number[] {
  const scale = 1 / Math.sqrt(2 * query.length);
  return query.map(({length, angle}, i) => scale * length * key[i]!.length * Math.cos(angle - key[i]!.angle));
}

/** The score of a query at one position and a key at another. */
export function rotaryScore(
  query: {vector: ArrayLike<number>; position: number},
  key: {vector: ArrayLike<number>; position: number}
): number {
  const parts = contributions(hands(query.vector, query.position), hands(key.vector, key.position));
  return parts.reduce((sum, part) => sum + part, 0);
}

/** A vector of D numbers with its pairs turned as at `position`; a negative position turns back. */
export function turned(vector: ArrayLike<number>, position: number): number[] {
  const turnedHands = hands(vector, position);
  const cosine = turnedHands.map(({length, angle}) => length * Math.cos(angle));
  return [...cosine, ...turnedHands.map(({length, angle}) => length * Math.sin(angle))];
}
