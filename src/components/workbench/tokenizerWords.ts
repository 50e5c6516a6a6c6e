import type {Tokenizer, TokenizerFile} from "../text/tokenizer.js";

type Kind = Tokenizer["kind"];

/** What each kind of tokenizer is called, and what it does to a text. */
export const tokenizers: Record<Kind, {name: string; about: string}> = {
  character: {
    name: "characters",
    about:
      "Each character is a token: the smallest vocabulary, the longest way from one end of a sentence to the other."
  },
  "byte-pair": {
    name: "byte pairs",
    about:
      "GPT-2’s way: begin with single bytes and merge the pair that is most frequent, again and again. Any text can be cut, and nothing of it is lost."
  },
  "word-piece": {
    name: "word pieces",
    about:
      "BERT’s way: words are cut into the longest pieces that are known. White space is not kept and a word that cannot be pieced together becomes [UNK], so its losses are flattered a little."
  }
};

/** The kind of the tokenizer in a file, without reading its vocabulary. */
export function kindOf({model, decoder}: Pick<TokenizerFile, "model" | "decoder">): Kind {
  if (model.type === "WordPiece") return "word-piece";
  return decoder.type === "Fuse" ? "character" : "byte-pair";
}

/** "characters", "512 byte pairs". */
export function tokenizerInWords(file: TokenizerFile): string {
  const kind = kindOf(file);
  const {name} = tokenizers[kind];
  return kind === "character" ? name : `${vocabularySize(file).toLocaleString("en-GB")} ${name}`;
}

/** The number of tokens, one for padding not counted. */
export const vocabularySize = ({model, added_tokens: added}: TokenizerFile): number =>
  Object.keys(model.vocab).length - (Array.isArray(added) ? added.length : 0);
