import {svg} from "htl";
import {uniqueId} from "../../views/figure.js";

export interface Hatching {
  /** Belongs into the drawing. */
  definition: Element;
  /** The style of what is filled with it. */
  fill: string;
}

/** Slanted lines, the fill of what is cut. */
export function hatching(): Hatching {
  const id = uniqueId("hatch");
  const definition =
    svg`<defs><pattern id=${id} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect class="cut-hatch" width="1.5" height="4"></rect></pattern></defs>` as Element;
  return {definition, fill: `fill: url(#${id})`};
}
