import {expect, it} from "vitest";
import {chapters} from "../../src/components/book/chapters.js";

it.each(chapters)("“$title” says what it explains, each thing once", ({concepts}) => {
  const terms = concepts.map(({term}) => term);
  expect(terms.length).toBeGreaterThan(0);
  expect(new Set(terms).size).toBe(terms.length);
});

it("answers every question that the first part must answer", () => {
  const terms = chapters.flatMap(({concepts}) => concepts.map(({term}) => term.toLowerCase())).join("\n");
  for (const wanted of [
    /token\b/,
    /vocabulary/,
    /padding/,
    /embedding/,
    /sinusoidal/,
    /discrete/,
    /next-token/,
    /teacher forcing/,
    /cross-entropy/,
    /logits/,
    /quer(y|ies)/,
    /energ/,
    /softmax/,
    /causal mask/,
    /subspace|many heads|several heads|multi-head/,
    /residual/,
    /layernorm/,
    /pre-|pre and post|post-/,
    /final norm/,
    /backprop/,
    /reshape/,
    /transpos/,
    /broadcast/
  ])
    expect(terms).toMatch(wanted);
});

it("answers every question that the second part must answer", () => {
  const terms = chapters
    .slice(8)
    .flatMap(({concepts}) => concepts.map(({term}) => term.toLowerCase()))
    .join("\n");
  for (const wanted of [
    /logits.*probab.*sampling/,
    /why it scales/,
    /gradient descent/,
    /why adam/,
    /overfitting/,
    /underfitting/,
    /batch size/,
    /learning rate/,
    /epoch/,
    /perplexity/,
    /kv cache/,
    /precision/,
    /ddp/,
    /inference at scale/
  ])
    expect(terms).toMatch(wanted);
});
