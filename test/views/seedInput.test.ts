// @vitest-environment jsdom
import {expect, test, vi} from "vitest";
import {LARGEST_SEED} from "../../src/components/random.js";
import {seedInput} from "../../src/components/views/seedInput.js";

test("tells of seeds, and says what none is", () => {
  const onSeed = vi.fn();
  const node = seedInput({seed: 3, onSeed});
  document.body.replaceChildren(node);
  const box = node.querySelector("input")!;
  const type = (text: string) => {
    box.value = text;
    box.dispatchEvent(new Event("input"));
  };
  expect(box.value).toBe("3");
  type("12");
  type("");
  expect(box.validationMessage).toBe(`The seed is a whole number from 0 to ${LARGEST_SEED}.`);
  expect(box.getAttribute("aria-invalid")).toBe("true");
  for (const text of ["-1", "1.5", String(LARGEST_SEED + 1)]) type(text);
  type(String(LARGEST_SEED));
  expect(box.validationMessage).toBe("");
  expect(onSeed.mock.calls).toEqual([[12], [LARGEST_SEED]]);
});

test("shows another seed, unless the reader is typing one", () => {
  const node = seedInput({seed: 3, onSeed: () => {}});
  document.body.replaceChildren(node);
  const box = node.querySelector("input")!;
  node.update(4);
  expect(box.value).toBe("4");
  box.focus();
  node.update(5);
  expect(box.value).toBe("4");
  // What was no seed is one again when a button puts one there.
  box.value = "-1";
  box.dispatchEvent(new Event("input"));
  box.blur();
  node.update(6);
  expect(box.value).toBe("6");
  expect(box.getAttribute("aria-invalid")).toBe("false");
  expect(box.validationMessage).toBe("");
});
