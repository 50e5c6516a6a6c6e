import {gathering, making, sharing, unlocking, watching} from "./storyCountingPlots.js";
import {goingOut, helping, listening, losing, racing} from "./storyEventPlots.js";
import type {Plot} from "./storyPlot.js";

/** All that can happen; equally likely, but no plot twice in a row. */
export const plots: readonly Plot[] = [
  sharing,
  gathering,
  losing,
  helping,
  making,
  racing,
  listening,
  goingOut,
  unlocking,
  watching
];
