import {expect, test} from "vitest";
import {reportText} from "../../src/components/evaluation/sampleReport.js";

test("says what was copied, where from, and what was repeated", () => {
  const training = "Once there was a girl. She had a red ball. The ball was lost.";
  const report = reportText("And she had a red ball. no no no no", training);
  expect(report.copy.text).toBe("he had a red ball. ");
  expect(report.copy.before).toBe("Once there was a girl. S");
  expect(report.copy.after).toBe("The ball was lost.");
  expect(report.loop!.text).toBe(" no no no no");
  expect(report.words).toBe(11);
  expect(report.distinct[0]).toBeCloseTo(8 / 11, 12);
});

test("an empty text has nothing of anything", () => {
  const report = reportText("", "abc");
  expect(report).toMatchObject({words: 0, loop: null, meanCopy: 0, copied: 0});
  expect(report.copy.text).toBe("");
  expect(report.distinct[0]).toBeNaN();
});
