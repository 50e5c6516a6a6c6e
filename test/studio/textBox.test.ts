// @vitest-environment jsdom
import {expect, test, vi} from "vitest";
import {textBox} from "../../src/components/studio/panels/textBox.js";

function setUp() {
  const onText = vi.fn();
  const node = textBox({label: "Prompt", rows: 2, limit: 3, onText});
  const area = node.querySelector("textarea")!;
  const write = (text: string) => {
    area.value = text;
    area.dispatchEvent(new Event("input", {bubbles: true}));
  };
  const alert = () => node.querySelector('[role="alert"]')!.textContent;
  return {onText, area, write, alert};
}

test("takes as many characters as it says, however they are encoded", () => {
  const {onText, write, alert} = setUp();
  write("🙂🙂🙂");
  expect(onText).toHaveBeenCalledWith("🙂🙂🙂");
  expect(alert()).toBe("");
  onText.mockClear();
  write("🙂🙂🙂🙂");
  expect(onText).not.toHaveBeenCalled();
  expect(alert()).toMatch(/^That text has 4 characters; at most 3 fit here/);
});

test("refuses a paste that is too long before it is laid out", () => {
  const {area, alert} = setUp();
  const paste = (text: string) => {
    const event = new Event("paste", {bubbles: true, cancelable: true});
    Object.defineProperty(event, "clipboardData", {value: {getData: () => text}});
    area.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(paste("🙂🙂🙂")).toBe(false);
  expect(paste("🙂a🙂b")).toBe(true);
  expect(alert()).toMatch(/^That text has 4 characters/);
});
