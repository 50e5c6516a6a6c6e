import {readFileSync} from "node:fs";
import type {PresetName} from "../../src/components/training/presets.js";

/** The losses and gradient norms of every preset's first steps on the story corpus, by PyTorch; see make_presets.py. */
export const expectedSteps = JSON.parse(
  readFileSync(new URL("../fixtures/presets.json", import.meta.url), "utf8")
) as Record<PresetName, {losses: number[]; gradientNorms: number[]}>;

/**
 * Of a loss, relative: both sides add in float32 in their own order, and each update carries the difference on. Twenty
 * steps of the small presets end within a tenth of this.
 */
export const FIRST_STEPS_TOLERANCE = 2e-4;
