import {utf8Bytes, utf8Length} from "../text/byteAlphabet.js";
import {characterLength} from "../text/characterLength.js";
import type {Encoding, Tokenizer} from "../text/tokenizer.js";
import {UNKNOWN} from "../text/wordPieceTokenizer.js";

/** A text as a tokenizer cuts it into N tokens. */
export interface CutText extends Encoding {
  /** [N]: what each token is in the text; a token of bytes that are no whole characters is <0xE2>. */
  texts: string[];
  /**
   * [N]: characters (code points) of the text in each token. One that several tokens spell is shared between them
   * by its bytes; what WordPiece skips until its next token counts with the token before.
   */
  characters: Float64Array;
  /** [N]: where a token is not itself what stands in the text, the characters that it is part of or replaces. */
  sources: (string | null)[];
}

/** Cuts a text and keeps what of it each token is. */
export function cutText(text: string, tokenizer: Tokenizer): CutText {
  const encoding = tokenizer.encode(text);
  switch (tokenizer.kind) {
    case "character":
      return cutCharacters(encoding, tokenizer);
    case "byte-pair":
      return cutBytePairs(text, encoding, tokenizer);
    case "word-piece":
      return cutWordPieces(text, encoding, tokenizer);
  }
}

function cutCharacters(encoding: Encoding, {vocabulary}: Tokenizer): CutText {
  const texts = Array.from(encoding.ids, (id) => vocabulary[id]!);
  return {
    ...encoding,
    texts,
    characters: new Float64Array(texts.length).fill(1),
    sources: texts.map(() => null)
  };
}

/** Walks the text's UTF-8, which the tokens cover without a gap. */
function cutBytePairs(text: string, encoding: Encoding, tokenizer: Tokenizer): CutText {
  const {vocabulary} = tokenizer;
  const lengths = new Map<number, {bytes: number; whole: boolean}>();
  const measure = (id: number) => {
    const token = vocabulary[id]!;
    const whole = tokenizer.decode([id]) === token;
    const length = {bytes: whole ? utf8Bytes(token).length : token.length / "<0x00>".length, whole};
    lengths.set(id, length);
    return length;
  };
  const texts: string[] = [];
  const sources: (string | null)[] = [];
  const characters = new Float64Array(encoding.ids.length);
  let at = 0;
  let used = 0; // bytes of the character there that are in tokens before
  encoding.ids.forEach((id, i) => {
    let {bytes, whole} = lengths.get(id) ?? measure(id);
    const from = at;
    while (bytes > 0 && at < text.length) {
      const point = text.codePointAt(at)!;
      const size = utf8Length(point); // 0 for half a surrogate pair, which is in no token
      const taken = Math.min(bytes, size - used);
      if (size > 0) characters[i]! += taken / size;
      bytes -= taken;
      used += taken;
      if (used < size) break;
      at += point > 0xffff ? 2 : 1;
      used = 0;
    }
    texts.push(vocabulary[id]!);
    sources.push(whole ? null : text.slice(from, at + (used === 0 ? 0 : widthAt(text, at))));
  });
  return {...encoding, texts, characters, sources};
}

const widthAt = (text: string, index: number): number => (text.codePointAt(index)! > 0xffff ? 2 : 1);

function cutWordPieces(text: string, encoding: Encoding, tokenizer: Tokenizer): CutText {
  const starts = tokenizer.boundaries(text);
  const spans = Array.from(starts, (start, i) => text.slice(start, starts[i + 1] ?? text.length));
  const sources = spans.map((span, i) =>
    tokenizer.vocabulary[encoding.ids[i]!] === UNKNOWN ? span.trimEnd() : null
  );
  return {
    ...encoding,
    texts: spans.map((span, i) => {
      const word = sources[i];
      return word == null ? span : UNKNOWN + span.slice(word.length);
    }),
    characters: Float64Array.from(spans, characterLength),
    sources
  };
}
