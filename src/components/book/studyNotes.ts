import {html} from "htl";
import {type Chapter, chapterAt} from "./chapters.js";

/** A page of the notes that most people take when they build a first transformer. */
export interface StudyNote {
  title: string;
  /** Its steps, each with the chapter that explains it and the term under which that chapter lists it. */
  steps: readonly {what: string; path: string; term: string}[];
}

export const studyNotes: readonly StudyNote[] = [
  {
    title: "Self-attention",
    steps: [
      {
        what: "project to queries, keys and values",
        path: "attention",
        term: "Query, key and value (Q, K, V)"
      },
      {what: "compare each query with each key", path: "attention", term: "Energy matrix: the scores q·kᵀ"},
      {what: "divide by √D", path: "attention", term: "Why scores are divided by √D"},
      {what: "mask what is still to come", path: "attention", term: "Causal mask"},
      {what: "softmax over the keys", path: "attention", term: "Softmax axis: why over the keys"},
      {what: "mix the values", path: "attention", term: "Weighted sum of values"},
      {what: "do so in several heads", path: "heads", term: "Multi-head attention"}
    ]
  },
  {
    title: "Transformer block",
    steps: [
      {what: "normalise", path: "block", term: "LayerNorm"},
      {what: "attend, and add", path: "block", term: "Residual connection"},
      {
        what: "feed forward, and add",
        path: "block",
        term: "Hidden unit of a feed-forward layer"
      },
      {what: "norm before or after", path: "block", term: "Pre-LN and Post-LN"},
      {what: "gradients on their way back", path: "block", term: "Backpropagation through a residual"}
    ]
  },
  {
    title: "Mini-GPT",
    steps: [
      {what: "text to ids", path: "text", term: "Token"},
      {what: "ids to vectors", path: "vectors", term: "Embedding lookup"},
      {what: "add positions", path: "order", term: "Positions: why a model needs them"},
      {what: "stack blocks", path: "model", term: "Residual stream"},
      {what: "final norm, head, logits", path: "model", term: "Final norm and head"},
      {what: "one matrix for both tables", path: "model", term: "Weight tying"},
      {what: "draw, append, repeat", path: "sampling", term: "Logits to probability to sampling"},
      {what: "keep keys and values", path: "inference", term: "KV cache"}
    ]
  },
  {
    title: "Training loop",
    steps: [
      {what: "windows and their next tokens", path: "bigram", term: "Teacher forcing"},
      {what: "a batch of them", path: "bigram", term: "Batches"},
      {what: "forward to a loss", path: "bigram", term: "Cross-entropy"},
      {what: "backward to gradients", path: "vectors", term: "Backpropagation"},
      {what: "clip the gradient", path: "training", term: "Gradient clipping"},
      {what: "update every parameter", path: "training", term: "Why Adam"},
      {what: "and again", path: "training", term: "Training loop"}
    ]
  },
  {
    title: "Training",
    steps: [
      {
        what: "the rate, its warm-up and its decay",
        path: "training",
        term: "Warm-up and decay of the learning rate"
      },
      {what: "how many windows at a time", path: "training", term: "Batch size and learning rate"},
      {what: "too much learned, or too little", path: "training", term: "Overfitting and underfitting"},
      {what: "text to learn from, text to judge by", path: "measuring", term: "Held-out text"},
      {what: "perplexity", path: "measuring", term: "Perplexity"},
      {what: "what there is left to learn", path: "measuring", term: "Loss floor"},
      {what: "on more machines", path: "scale", term: "DDP"},
      {what: "a run of your own", path: "lab", term: "Comparing runs"}
    ]
  }
];

/** A step's chapter and the address of what explains it. Throws RangeError for a chapter or a term that does not exist. */
export function placeOf({path, term}: StudyNote["steps"][number]): {chapter: Chapter; href: string} {
  const chapter = chapterAt(path);
  const concept = chapter.concepts.find((concept) => concept.term === term);
  if (!concept) throw new RangeError(`Chapter “${chapter.title}” lists no “${term}”.`);
  return {chapter, href: `./${path}.html${concept.anchor ? `#${concept.anchor}` : ""}`};
}

/** The notes as a table: a row a page of notes, each step a link to where the book explains it. */
export function studyNotesTable(notes: readonly StudyNote[] = studyNotes): HTMLElement {
  return html`<table class="study-notes"><caption class="visually-hidden">Study notes and the chapters that explain them</caption>
    <thead><tr><th scope="col">In your notes</th><th scope="col">In the book</th></tr></thead>
    <tbody>${notes.map(
      ({title, steps}) =>
        html`<tr><th scope="row">${title}</th><td>${steps.map((step, i) => {
          const {chapter, href} = placeOf(step);
          return html`${i > 0 ? " · " : ""}<a href=${href} title=${`${chapter.number}. ${chapter.title}`}>${step.what}</a> (${chapter.number})`;
        })}</td></tr>`
    )}</tbody></table>` as HTMLElement;
}
