import {expect, it, vi} from "vitest";
import {FIRST_LEARNED, TextStore} from "../../../src/components/chapters/text/state.js";
import {studyText} from "../../../src/components/chapters/text/study.js";

const study = studyText("hens", "The hen hid. The hen hid here, then there. ".repeat(5));

it("tells some at once, and the patient ones once, of the last change", () => {
  const waiting: (() => void)[] = [];
  const store = new TextStore(study, (run) => waiting.push(run));
  const [quick, patient] = [vi.fn(), vi.fn()];
  store.listen(quick);
  store.listenPatiently(patient);
  for (const learned of [1, 2, 3]) store.setLearned(learned);
  expect(quick.mock.calls.map(([{learned}]) => learned)).toEqual([study.merges.length / 4, 1, 2, 3]);
  expect(patient).toHaveBeenCalledTimes(1);
  expect(waiting).toHaveLength(1);
  waiting[0]!();
  expect(patient.mock.lastCall![0]).toBe(store.state);
  store.setLearned(3); // no change
  expect(waiting).toHaveLength(1);
});

it("keeps the number of merges between none and all that there are", () => {
  const store = new TextStore(study, (run) => run());
  expect(store.state.learned).toBe(Math.min(FIRST_LEARNED, study.merges.length / 4));
  store.setLearned(-5);
  expect(store.state.learned).toBe(0);
  expect(store.state.tokenizers()["byte-pair"].vocabulary).toHaveLength(256);
  store.setLearned(1e9);
  expect(store.state.learned).toBe(study.merges.length / 4);
});
