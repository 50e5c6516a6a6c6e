/** A special token as Hugging Face's `tokenizer.json` lists it in `added_tokens`. */
export interface AddedToken {
  id: number;
  content: string;
  single_word: boolean;
  lstrip: boolean;
  rstrip: boolean;
  normalized: boolean;
  special: boolean;
}

export function specialToken(id: number, content: string): AddedToken {
  return {id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true};
}
