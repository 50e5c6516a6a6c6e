/** Whether the reader has asked their system for less motion. */
export const prefersStillness = (): boolean =>
  globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
