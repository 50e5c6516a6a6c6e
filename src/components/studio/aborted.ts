/** Whether work ended because somebody gave it up, which is no failure. */
export const isAbort = (error: unknown): boolean => (error as Error | null)?.name === "AbortError";
