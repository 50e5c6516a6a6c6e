import type {Tokenizer, UnknownCharacter} from "../text/tokenizer.js";
import {safeCut} from "./streamingCut.js";

/** The tokens of a text that comes in pieces, in one array; only what is not yet sure is held as text. */
export class TokenWriter {
  /** What the tokenizer did not know, in order of first appearance; where it stood is not kept. */
  readonly unknown = new Map<string, UnknownCharacter>();
  private ids: Uint16Array<ArrayBuffer>;
  private length = 0;
  private rest = "";

  /** `expected`: how many tokens there may be. More take a larger array and a copy. Throws as `allocate` does. */
  constructor(
    private readonly tokenizer: Tokenizer,
    expected: number
  ) {
    this.ids = allocate(Math.max(16, expected));
  }

  write(piece: string): void {
    const text = this.rest + piece;
    const cut = safeCut(text, this.tokenizer.kind);
    this.encode(text.slice(0, cut));
    this.rest = text.slice(cut);
  }

  /** Ends the text; returns its tokens. */
  end(): Uint16Array<ArrayBuffer> {
    this.encode(this.rest);
    this.rest = "";
    if (this.length < this.ids.length) this.ids = this.ids.slice(0, this.length);
    return this.ids;
  }

  private encode(text: string): void {
    if (text === "") return;
    const {ids, unknown} = this.tokenizer.encode(text);
    if (this.length + ids.length > this.ids.length) {
      const larger = allocate(Math.ceil((this.length + ids.length) * 1.125));
      larger.set(this.ids);
      this.ids = larger;
    }
    this.ids.set(ids, this.length);
    this.length += ids.length;
    for (const one of unknown) {
      const seen = this.unknown.get(one.character);
      if (seen) seen.count += one.count;
      else this.unknown.set(one.character, {...one});
    }
  }
}

/** Throws RangeError, with what to do, where the device has not as much memory. */
function allocate(tokens: number): Uint16Array<ArrayBuffer> {
  try {
    return new Uint16Array(tokens);
  } catch (cause) {
    throw new RangeError(
      `${tokens.toLocaleString("en")} tokens take ${(tokens / 5e5).toFixed(0)} MB, which this device does not give: use a part of the text.`,
      {cause}
    );
  }
}
