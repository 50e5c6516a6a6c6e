import type {SpaceRemoval} from "./cleanBookRemoval.js";

type Count = (kind: SpaceRemoval["kind"], lines: number) => void;

/** No white space at the ends of lines, none but indents at the start, at most one blank line in a row. */
export function plainSpace(text: string, count: Count): string {
  let trailing = 0;
  let blank = 0;
  const plain = text
    // A run is matched from its start only, so that a long one costs no square of its length.
    .replace(/(?<![ \t])[ \t]+$/gm, () => {
      trailing++;
      return "";
    })
    .replace(/^\n+|\n{3,}/g, (run, index: number) => {
      const left = index === 0 ? "" : "\n\n";
      blank += run.length - left.length;
      return left;
    })
    .replace(/\n{2,}$/, (run) => {
      blank += run.length - 1;
      return "\n";
    });
  if (trailing > 0) count("trailing space", trailing);
  if (blank > 0) count("blank lines", blank);
  return plain;
}

/** Text wrapped by hand has no lines longer than this. */
const WIDEST_WRAP = 100;
const NARROWEST_WRAP = 40;

/**
 * Paragraphs of one line each. A line end is taken for a wrap where the next word would not have fitted, so
 * that verse and headings, which end sooner, keep their lines, and so do lines that are indented. A text with
 * long lines was not wrapped and stays as it is.
 */
export function rejoinWrappedLines(text: string, count: Count): string {
  const lines = text.split("\n");
  const width = wrapWidth(lines);
  if (width === null) return text;
  let joined = 0;
  let last = 0;
  const rejoined: string[] = [];
  for (const line of lines) {
    const firstWord = /^\S+/.exec(line)?.[0] ?? "";
    const before = rejoined.at(-1);
    if (before && firstWord && last + 1 + firstWord.length > width) {
      // A hyphen at the end of a line is left, since it may be the word's own.
      rejoined[rejoined.length - 1] = `${before}${before.endsWith("-") ? "" : " "}${line}`;
      joined++;
    } else rejoined.push(line);
    last = line.length;
  }
  if (joined > 0) count("wrapped lines", joined);
  return rejoined.join("\n");
}

/** The width that nearly all lines keep to, or null where nothing shows that lines were wrapped. */
function wrapWidth(lines: readonly string[]): number | null {
  const lengths = lines.map((line) => line.length).filter((length) => length > 0);
  const wide = lengths.filter((length) => length > WIDEST_WRAP);
  if (wide.length > lengths.length / 100) return null;
  const narrow = lengths.filter((length) => length <= WIDEST_WRAP).sort((a, b) => a - b);
  const width = narrow[Math.floor(narrow.length * 0.98)];
  return width !== undefined && width >= NARROWEST_WRAP ? width : null;
}
