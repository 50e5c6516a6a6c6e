/** What computed a recorded run, for people: the names of engines that need no graphics processor say so. */
export function engineInWords(engine: string): string {
  if (engine === "wasm") return "a processor alone (WebAssembly)";
  return engine === "cpu" ? "a processor alone" : engine;
}
