/** A passage that is no part of the book. */
export interface PassageRemoval {
  kind: "header" | "footer" | "credits" | "note";
  /** Its length in UTF-16 code units. */
  characters: number;
  /** Its first words. */
  sample: string;
}

export type CharacterKind =
  | "line end"
  | "quote"
  | "dash"
  | "ellipsis"
  | "letter form"
  | "space"
  | "invisible"
  | "control"
  | "stray";

/** A character, or two, that became plain ones, or nothing. */
export interface CharacterRemoval {
  kind: CharacterKind;
  from: string;
  to: string;
  count: number;
  /** The line of the given text that has the first, from 1. */
  line: number;
}

/** White space that prints nothing, or that only wraps lines. */
export interface SpaceRemoval {
  kind: "trailing space" | "blank lines" | "wrapped lines";
  /** Lines that ended in white space, newlines too many, or lines joined to the one before. */
  count: number;
}

/** What `cleanBook` took out or replaced. */
export type Removal = PassageRemoval | CharacterRemoval | SpaceRemoval;
