import {describe, expect, it} from "vitest";
import {type HabitKey, habits} from "../../../src/components/chapters/heads/habits.js";
import {HeadScorer} from "../../../src/components/chapters/heads/headScores.js";

const text = 'So Dan ran. "Well done, Dan!" said the old man.';
const tokens = [...text];
const T = tokens.length;
const passage = {tokens, ids: tokens.map((token) => token.codePointAt(0)!)};
const column = (key: HabitKey) => habits.findIndex((habit) => habit.key === key);

/** Heads that follow a rule to the letter: all weight on the key it names. */
function attention(...rules: ((query: number) => number | "even")[]): Float32Array {
  const weights = new Float32Array(rules.length * T * T);
  rules.forEach((rule, head) => {
    for (let t = 0; t < T; t++) {
      const key = rule(t);
      for (let s = 0; s <= t; s++)
        weights[(head * T + t) * T + s] = key === "even" ? 1 / (t + 1) : Number(s === key);
    }
  });
  return weights;
}

describe("HeadScorer", () => {
  const quote = text.indexOf('"');
  const scorer = new HeadScorer(3);
  scorer.add(
    attention(
      (t) => Math.max(0, t - 1),
      () => "even",
      (t) => Math.min(t, quote)
    ),
    passage
  );
  const {weights, even, places} = scorer.result();
  const score = (head: number, key: HabitKey) => weights[head * habits.length + column(key)]!;

  it("gives a head that follows a rule 1, and others less", () => {
    expect(score(0, "previous")).toBeCloseTo(1, 6);
    expect(score(0, "itself")).toBe(0);
    expect(score(2, "quote")).toBeCloseTo(1, 6);
    expect(score(2, "closing")).toBeCloseTo(1, 6);
    expect(score(2, "previous")).toBeLessThan(0.1);
  });

  it("gives even attention what it says even attention has", () => {
    habits.forEach((_, habit) => {
      if (places[habit]! > 0) expect(weights[habits.length + habit]).toBeCloseTo(even[habit]!, 6);
    });
  });

  it("counts the places", () => {
    expect(places[column("previous")]).toBe(T - 1);
    expect(places[column("closing")]).toBe(2); // the comma and the exclamation mark
  });

  it("averages over passages by their places", () => {
    const two = new HeadScorer(1);
    two.add(
      attention((t) => Math.max(0, t - 1)),
      passage
    );
    two.add(
      attention((t) => t),
      passage
    );
    expect(two.result().weights[column("previous")]).toBeCloseTo(0.5, 6);
  });

  it("knows nothing of what no text has", () => {
    const none = new HeadScorer(1);
    none.add(new Float32Array([1, 0, 0.5, 0.5]), {tokens: ["a", "b"], ids: [1, 2]});
    expect(none.result().weights[column("closing")]).toBeNaN();
  });

  it("refuses weights of another length", () => {
    expect(() => new HeadScorer(2).add(new Float32Array(3), passage)).toThrow(RangeError);
  });
});
