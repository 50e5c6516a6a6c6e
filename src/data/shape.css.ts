import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {MODEL_FILES} from "../components/exchange/modelFiles.js";
import {parseRunRecord} from "../components/exchange/runRecord.js";

/**
 * How many layers and heads the shipped model has, as a sheet of two custom properties: with them a page keeps room for
 * figures that draw every head before any script has run.
 */
const folder = process.env.MODEL || fileURLToPath(new URL("./shipped-model", import.meta.url));
const {config} = parseRunRecord(await readFile(join(folder, MODEL_FILES.run), "utf8"));
process.stdout.write(`:root {\n  --layers: ${config.nLayer};\n  --heads: ${config.nHead};\n}\n`);
