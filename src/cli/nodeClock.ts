/** How a process of Node keeps time for a run, and lets what else it has to do happen between two steps. */
export const nodeClock = {
  now: (): number => performance.now(),
  yieldToOthers: (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
};
