import {modelConfig} from "../../model/config.js";

/** The model whose training steps are timed: small enough for plain loops to take a fraction of a second. */
export const STEP_MODEL = modelConfig({nLayer: 2, nHead: 4, nEmbd: 64, nInner: 256, blockSize: 64});

/** Windows in its batches. */
export const STEP_BATCH = 4;
