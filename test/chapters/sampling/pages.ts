import type {SamplingPage} from "../../../src/components/chapters/sampling/samplingPage.js";

/** A page of seven tokens: one open place, one nearly certain. */
export const samplingPage: SamplingPage = {
  unit: "character",
  vocabulary: ["a", "b", "c", "d", " ", "\n", "g"],
  places: [
    {before: ["b", "a", " "], came: 3, logits: [2.4, 1.2, 0.6, 0, -0.5, -1, -1.5]},
    {before: ["\n", "c"], came: 0, logits: [6, 0, -1, -1, -2, -2, -4]}
  ],
  written: [
    {
      temperature: 0,
      text: "one two three four five six seven eight. one two three four five six seven eight.",
      strange: []
    },
    {
      temperature: 1,
      text: "one two three flour five six seven eight. Nine ten eleven twelve and so on they go.",
      strange: ["flour"]
    }
  ],
  seed: 1,
  heldOut: "Once there was a dog. It ran, and ran again. Then it was night, and it slept well."
};
