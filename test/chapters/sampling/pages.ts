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
      strange: [],
      measured: [{said: 0.5, distinct3: 9 / 16, longest: 9, strange: 0}]
    },
    {
      temperature: 1,
      text: "one two three flour five six seven eight. Nine ten eleven twelve and so on they go.",
      strange: ["flour"],
      measured: [
        {said: 0, distinct3: 1, longest: 0, strange: 1 / 19},
        {said: 0.25, distinct3: 0.75, longest: 8, strange: 3 / 19}
      ]
    }
  ],
  seed: 1,
  heldOut: [
    {said: 0.1, distinct3: 0.9, longest: 8, strange: 0},
    {said: 0.2, distinct3: 0.8, longest: 12, strange: 0}
  ]
};
