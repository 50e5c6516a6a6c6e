/** Whether the reader has asked their system for less motion. Where there is no way to ask, nothing moves. */
export const prefersStillness = (): boolean =>
  globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? true;
