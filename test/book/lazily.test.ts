import {expect, it, vi} from "vitest";
import {lazily} from "../../src/components/book/lazily.js";

it("makes each value once, when it is first read, and what fails is tried again", () => {
  const a = vi.fn(() => ({}));
  const b = vi.fn(() => {
    throw new Error("not yet");
  });
  const values = lazily({a, b, nothing: () => undefined});
  expect(a).not.toHaveBeenCalled();
  expect(Object.keys(values)).toEqual(["a", "b", "nothing"]);
  expect(values.a).toBe(values.a);
  expect(a).toHaveBeenCalledTimes(1);
  expect(() => values.b).toThrow("not yet");
  expect(() => values.b).toThrow("not yet");
  expect(b).toHaveBeenCalledTimes(2);
  expect(values.nothing).toBeUndefined();
});
