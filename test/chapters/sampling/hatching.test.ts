// @vitest-environment jsdom
import {expect, it} from "vitest";
import {hatching} from "../../../src/components/chapters/sampling/hatching.js";

it("fills with its own pattern, of which a page may have several", () => {
  const [one, other] = [hatching(), hatching()];
  const id = (of: Element) => of.querySelector("pattern")!.id;
  expect(one.fill).toBe(`fill: url(#${id(one.definition)})`);
  expect(id(one.definition)).not.toBe(id(other.definition));
});
