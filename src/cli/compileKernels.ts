import {readdir, readFile} from "node:fs/promises";
import {join} from "node:path";
import asc from "assemblyscript/asc";
import {projectRoot} from "./framework.js";

const folder = join(projectRoot, "src/components/ops/wasm");
/** The file that exports what the module is to export. */
const entry = "kernels.ts";

/** Where the compiled kernels are kept: among the sources, so that neither a build nor a reader needs the compiler. */
export const kernelBinaryFile = join(folder, "kernelBinary.ts");

/**
 * Compiles the AssemblyScript of src/components/ops/wasm (*.as) to one WebAssembly module, which works on the memory
 * that it is given, and returns the TypeScript module that holds it. Throws Error with the compiler's words.
 */
export async function compileKernels(): Promise<string> {
  const sources = new Map<string, string>();
  for (const file of (await readdir(folder)).sort())
    if (file.endsWith(".as"))
      sources.set(file.replace(/\.as$/, ".ts"), await readFile(join(folder, file), "utf8"));
  const output = new Map<string, string | Uint8Array>();
  const options =
    "--outFile kernels.wasm -O3 --noAssert --runtime stub --enable simd --importMemory --noExportMemory";
  const {error, stderr} = await asc.main([entry, ...options.split(" ")], {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (name, contents) => void output.set(name, contents),
    listFiles: () => []
  });
  const binary = output.get("kernels.wasm");
  if (error || !binary) throw new Error(`The kernels do not compile.\n${stderr}`, {cause: error});
  const base64 = Buffer.from(binary).toString("base64");
  return [
    "// Written by `npm run kernels` from the AssemblyScript in this folder; test/ops/wasm compares the two.",
    "",
    "/** A WebAssembly module, in base64. */",
    "export const kernelBinary =",
    ...base64.match(/.{1,100}/g)!.map((line, i, lines) => `  "${line}"${i < lines.length - 1 ? " +" : ";"}`),
    ""
  ].join("\n");
}
