/** A chapter of the book, in reading order. */
export interface Chapter {
  /** The page's name: `attention` is `attention.md`. */
  path: string;
  number: number;
  title: string;
  /** The one idea, in a sentence. */
  idea: string;
  /** What a reader may look for here: a term or a question, and the heading's anchor that answers it. */
  concepts: readonly {term: string; anchor?: string}[];
}

export const chapters: readonly Chapter[] = [
  {
    path: "text",
    number: 1,
    title: "Text as numbers",
    idea: "A model reads whole numbers; a tokenizer turns text into them and back.",
    concepts: [
      {term: "Token", anchor: "what-a-token-is"},
      {term: "Vocabulary", anchor: "what-a-token-is"},
      {term: "UTF-8", anchor: "characters-and-bytes"},
      {term: "Zipf’s law", anchor: "which-pieces-are-common"},
      {term: "Entropy", anchor: "which-pieces-are-common"},
      {term: "Byte-pair encoding", anchor: "learning-the-pieces"},
      {term: "WordPiece", anchor: "three-tokenizers-one-text"},
      {term: "Unknown characters", anchor: "unknown-characters"},
      {term: "Vocabulary size", anchor: "the-size-of-the-vocabulary"},
      {term: "Padding", anchor: "sequence-length-and-padding"},
      {term: "Padding mask", anchor: "sequence-length-and-padding"},
      {term: "Token ids as names", anchor: "a-number-is-a-name-not-a-size"}
    ]
  },
  {
    path: "vectors",
    number: 2,
    title: "Vectors and layers",
    idea: "A list of numbers can mean something, and a layer of products can learn what.",
    concepts: []
  },
  {
    path: "bigram",
    number: 3,
    title: "A first language model",
    idea: "Count which token follows which; then learn the same table by gradient descent.",
    concepts: []
  },
  {
    path: "order",
    number: 4,
    title: "Order",
    idea: "Attention alone cannot tell first from last; positions have to be put in.",
    concepts: []
  },
  {
    path: "attention",
    number: 5,
    title: "Attention",
    idea: "Each token asks a question of the tokens before it, and takes what answers.",
    concepts: []
  },
  {
    path: "heads",
    number: 6,
    title: "Many heads",
    idea: "Several small questions at once find more than one large one.",
    concepts: []
  },
  {
    path: "block",
    number: 7,
    title: "The block",
    idea: "Feed-forward, residuals and normalisation make attention trainable when it is stacked.",
    concepts: []
  },
  {
    path: "model",
    number: 8,
    title: "The model",
    idea: "Stack the blocks, count the numbers, and that is all of it.",
    concepts: []
  }
];

/** The chapter of a page. Throws RangeError for a page that is none. */
export function chapterAt(path: string): Chapter {
  const chapter = chapters.find((chapter) => chapter.path === path);
  if (!chapter) throw new RangeError(`There is no chapter “${path}”.`);
  return chapter;
}
