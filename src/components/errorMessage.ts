/** What an error says, for people. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * A value from outside as JSON, for a sentence: cut short, because files hold texts of megabytes and lists within lists
 * that the stack is too small for.
 */
export function inShort(value: unknown, length = 40): string {
  try {
    return (JSON.stringify(typeof value === "string" ? value.slice(0, length) : value) ?? "missing").slice(
      0,
      length
    );
  } catch {
    return "nested too deeply";
  }
}
