/** A run of tokens as heads meet it. */
export interface Passage {
  ids: ArrayLike<number>;
  /** What each token adds to the text. */
  tokens: readonly string[];
}

/** Where the words, sentences and quotations of a passage are, token by token; −1 where there is none. */
export interface Reading {
  /** The first token of the word that a token belongs to. */
  wordStart: Int32Array;
  /** The token that ended the last sentence before a token, which may be part of a run such as .". */
  sentenceEnd: Int32Array;
  /** 1 where a sentence or quotation may begin with a token, so that a capital there need not be a name's. */
  beginsSentence: Uint8Array;
  /** The mark that opened the quotation a token is in; the closing mark is no longer in it. */
  openQuote: Int32Array;
}

const WORD = /[\p{L}\p{N}]/u;
const BEGINS_INSIDE_WORD = /^[\p{L}\p{N}’']/u;
const ENDS_INSIDE_WORD = /[\p{L}\p{N}’']$/u;
const SENTENCE_END = /[.!?]/;
const QUOTE = /["“”]/;
/** A text, without spaces at its end, after which a sentence or quotation begins. */
const BEFORE_SENTENCE = /(^|\n|[.!?]["”'’]*|(^|\s)["“'‘])$/;
/** More than a stop and its marks. */
const TAIL = 12;

/** Reads the structure that a person sees off the tokens' texts. */
export function readPassage({tokens}: Pick<Passage, "tokens">): Reading {
  const T = tokens.length;
  const [wordStart, sentenceEnd, openQuote] = [unknown(T), unknown(T), unknown(T)];
  const beginsSentence = new Uint8Array(T);
  let [word, sentence, quote] = [-1, -1, -1];
  let before = "";
  for (let t = 0; t < T; t++) {
    const token = tokens[t]!;
    const hasWord = WORD.test(token);
    if (hasWord) {
      const goesOn = t > 0 && BEGINS_INSIDE_WORD.test(token) && ENDS_INSIDE_WORD.test(tokens[t - 1]!);
      // A word that the passage cuts has no known start.
      if (!goesOn) word = t > 0 || !BEGINS_INSIDE_WORD.test(token) ? t : -1;
      wordStart[t] = word;
    }
    sentenceEnd[t] = sentence;
    if (SENTENCE_END.test(token)) sentence = t;
    if (QUOTE.test(token)) {
      const opens = token.includes("“") || (!token.includes("”") && isOpening(tokens, t));
      quote = opens ? t : -1;
    }
    openQuote[t] = quote;
    const upToWord = before + /^[^\p{L}\p{N}]*/u.exec(token)![0];
    beginsSentence[t] = BEFORE_SENTENCE.test(upToWord.replace(/[ \t]+$/, "")) ? 1 : 0;
    before = (before + token).slice(-TAIL);
  }
  return {wordStart, sentenceEnd, beginsSentence, openQuote};
}

/** A straight mark opens where white space or the text's beginning stands before it and something else after. */
function isOpening(tokens: readonly string[], t: number): boolean {
  const token = tokens[t]!;
  const [before, after] = token.split(QUOTE, 2) as [string, string];
  const left = before || tokens[t - 1] || " ";
  const right = after || tokens[t + 1] || "x";
  return /\s$/.test(left) && /^\S/.test(right);
}

const unknown = (T: number): Int32Array => new Int32Array(T).fill(-1);
