import {writeFile} from "node:fs/promises";
import {compileKernels, kernelBinaryFile} from "./compileKernels.js";

await writeFile(kernelBinaryFile, await compileKernels());
