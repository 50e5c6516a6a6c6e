// @vitest-environment jsdom
import {describe, expect, it} from "vitest";
import {hiddenTabChoice} from "../../src/components/workbench/hiddenTab.js";

function tab() {
  const page = Object.assign(new EventTarget(), {hidden: false});
  const calls: string[] = [];
  let isRunning = true;
  const node = hiddenTabChoice({
    page: page as unknown as Document,
    isRunning: () => isRunning,
    pause() {
      isRunning = false;
      calls.push("pause");
    },
    resume() {
      isRunning = true;
      calls.push("resume");
    }
  });
  const turn = (hidden: boolean) => {
    page.hidden = hidden;
    page.dispatchEvent(new Event("visibilitychange"));
  };
  return {node, box: node.querySelector("input")!, calls, turn, stop: () => (isRunning = false)};
}

describe("a hidden tab", () => {
  it("trains on, unless the reader has chosen otherwise", () => {
    const {turn, calls} = tab();
    turn(true);
    turn(false);
    expect(calls).toEqual([]);
  });

  it("pauses where that was chosen, and goes on when it is seen again", () => {
    const {box, turn, calls} = tab();
    box.checked = true;
    turn(true);
    expect(calls).toEqual(["pause"]);
    turn(false);
    expect(calls).toEqual(["pause", "resume"]);
    turn(false);
    expect(calls).toHaveLength(2);
  });

  it("starts nothing that the reader had paused", () => {
    const {box, turn, calls, stop} = tab();
    box.checked = true;
    stop();
    turn(true);
    turn(false);
    expect(calls).toEqual([]);
  });

  it("is heard of no more once its node is disposed of", () => {
    const {node, box, turn, calls} = tab();
    box.checked = true;
    node.dispose();
    turn(true);
    expect(calls).toEqual([]);
  });
});
