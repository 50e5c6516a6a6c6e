import {expect, it, vi} from "vitest";
import {type StudyWorker, startStudy} from "../../../src/components/chapters/text/client.js";
import type {StudyReport} from "../../../src/components/chapters/text/protocol.js";

function worker() {
  const made: StudyWorker = {postMessage: vi.fn(), onmessage: null, onerror: null, terminate: vi.fn()};
  return made;
}
const source = {kind: "text", name: "hens", text: "a hen"} as const;
const message = (data: StudyReport) => ({data}) as MessageEvent<StudyReport>;

it("passes reports on and ends the worker with the study", () => {
  const made = worker();
  const onReport = vi.fn();
  startStudy(source, onReport, () => made);
  expect(made.postMessage).toHaveBeenCalledWith(source);
  made.onmessage!(message({type: "stage", stage: 1}));
  expect(made.terminate).not.toHaveBeenCalled();
  const failed = {type: "failed", message: "No."} as const;
  made.onmessage!(message(failed));
  expect(made.terminate).toHaveBeenCalledOnce();
  expect(onReport.mock.calls).toEqual([[{type: "stage", stage: 1}], [failed]]);
});

it("reports nothing after it is stopped, and says why a worker died", () => {
  const made = worker();
  const onReport = vi.fn();
  const stop = startStudy(source, onReport, () => made);
  stop();
  expect(made.terminate).toHaveBeenCalledOnce();
  expect(made.onmessage).toBeNull();

  const dying = worker();
  startStudy(source, onReport, () => dying);
  dying.onerror!({message: "out of memory", preventDefault: () => {}} as ErrorEvent);
  expect(onReport.mock.calls).toEqual([
    [{type: "failed", message: expect.stringMatching(/out of memory.*Try again/)}]
  ]);
});
