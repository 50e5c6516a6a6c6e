import {svg} from "htl";

export interface KeptGroup {
  node: SVGGElement;
  /** Shows what `make` gives, which is called only when something in `from` is another than the last time. */
  show(from: readonly unknown[], make: () => readonly Node[]): void;
}

/** A part of a drawing that stays as it is, with all that the browser knows of it, until what it is made from changes. */
export function keptGroup(): KeptGroup {
  const node = svg`<g></g>` as SVGGElement;
  let made: readonly unknown[] | null = null;
  return {
    node,
    show(from, make) {
      if (made?.length === from.length && made.every((value, i) => Object.is(value, from[i]))) return;
      made = from;
      node.replaceChildren(...make());
    }
  };
}
