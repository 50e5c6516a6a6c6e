import {shippedRun} from "./shippedModel.js";

/**
 * How many layers and heads the shipped model has, as a sheet of two custom properties: with them a page keeps room for
 * figures that draw every head before any script has run.
 */
const {config} = await shippedRun();
process.stdout.write(`:root {\n  --layers: ${config.nLayer};\n  --heads: ${config.nHead};\n}\n`);
