// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`: all that the module exports.

export {adamW} from "./adamW";
export {attention, attentionGradient} from "./attention";
export {clip, root, sumOfSquares} from "./clip";
export {crossEntropy, crossEntropyGradient} from "./crossEntropy";
export {dropout} from "./dropout";
export {addRowsByIds, copyRowsByIds} from "./embedding";
export {gelu, geluGradient} from "./gelu";
export {layerNorm, layerNormGradient} from "./layerNorm";
export {matmul, SCRATCH} from "./matmul";
export {rotary} from "./rotary";
export {sumRows} from "./sumRows";
