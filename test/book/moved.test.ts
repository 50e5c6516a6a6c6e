// @vitest-environment jsdom
import {expect, it} from "vitest";
import {type Moved, movedTo} from "../../src/components/book/moved.js";

/** Visits an old page at `search` and `hash`: where the visitor is led, and the node. */
function visit(moved: Moved, search = "", hash = "") {
  const led: string[] = [];
  const node = movedTo(moved, {search, hash, replace: (address) => led.push(String(address))});
  expect(led).toEqual([node.querySelector("a")!.getAttribute("href")]);
  return {address: led[0], node};
}

it("leads to the chapter and says which it is", () => {
  const {address, node} = visit({to: "lab"});
  expect(address).toBe("./lab.html");
  expect(node.textContent).toBe("What was here is now in chapter 14, The lab.");
});

it("keeps query and hash", () => {
  expect(visit({to: "lab", anchor: "train"}, "", "#preset=tiny&seed=7").address).toBe(
    "./lab.html#preset=tiny&seed=7"
  );
  expect(visit({to: "measuring"}, "?figure=surprise", "#a").address).toBe(
    "./measuring.html?figure=surprise#a"
  );
});

it("arrives at the named heading where the old address names nothing", () => {
  const attend = {to: "lab", anchor: "attend"};
  expect(visit(attend).address).toBe("./lab.html#attend");
  expect(visit(attend, "", "#how-to-read-it").address).toBe("./lab.html#how-to-read-it");
  expect(visit(attend, "?figure=heads").address).toBe("./lab.html?figure=heads");
});

it("finds what went elsewhere, by its heading or its figure", () => {
  const train = {to: "lab", anchor: "train", elsewhere: {"many-workers": "scale", "data-parallel": "scale"}};
  expect(visit(train, "", "#many-workers").address).toBe("./scale.html#many-workers");
  expect(visit(train, "?figure=data-parallel").address).toBe("./scale.html?figure=data-parallel");
  expect(visit(train, "", "#constructor").address).toBe("./lab.html#constructor");
  expect(visit(train, "", "#constructor").node.textContent).toContain("chapter 14");
});

it("refuses a chapter that there is not", () => {
  expect(() => visit({to: "appendix"})).toThrow(RangeError);
});
