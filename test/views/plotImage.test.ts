// @vitest-environment jsdom
import {html} from "htl";
import {expect, it} from "vitest";
import {plotImage} from "../../src/components/views/plotImage.js";

it("is one image with its own name, of parts without names", () => {
  const plot =
    html`<svg aria-label="Losses"><g aria-label="dot"><g aria-label="tip"></g></g></svg>` as Element;
  expect(plotImage(plot)).toBe(plot);
  expect([plot.getAttribute("role"), plot.getAttribute("aria-label")]).toEqual(["img", "Losses"]);
  expect(plot.querySelector("g[aria-label]")).toBeNull();
});
