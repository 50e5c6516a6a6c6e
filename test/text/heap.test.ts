import fc from "fast-check";
import {expect, it} from "vitest";
import {createHeap} from "../../src/components/text/heap.js";

it("gives items out in order, with pushes and pops in any sequence", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({min: 0, max: 20}))), (steps) => {
      const heap = createHeap<number>((a, b) => a < b);
      const sorted: number[] = [];
      for (const item of steps) {
        if (item === null) expect(heap.pop()).toBe(sorted.shift());
        else {
          heap.push(item);
          sorted.push(item);
          sorted.sort((a, b) => a - b);
        }
      }
      for (const item of sorted) expect(heap.pop()).toBe(item);
      expect(heap.pop()).toBeUndefined();
    })
  );
});
