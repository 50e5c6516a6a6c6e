import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {cleanBook} from "../../src/components/corpus/cleanBook.js";
import type {PassageRemoval} from "../../src/components/corpus/cleanBookRemoval.js";

const STORY = `CHAPTER 1. The Kettle.

"It boils," said Ann, "and nobody is here to pour."

She waited until the lid rattled -- then she poured.

CHAPTER 2. The Cup.

It was empty by noon, and nobody knew why.
`;

/** The licence that follows every book since 2000 begins and ends so; in between are some 18,000 characters. */
const LICENCE = `Updated editions will replace the previous one.

START: FULL LICENSE

THE FULL PROJECT GUTENBERG LICENSE
${"You may copy it, give it away or re-use it under these terms.\n".repeat(280)}
This website includes information about Project Gutenberg, including how to
subscribe to our email newsletter to hear about new eBooks.
`;

const smallPrint = `***START**THE SMALL PRINT!**FOR PUBLIC DOMAIN ETEXTS**START***
Why is this "Small Print!" statement here? You know: lawyers.
${"They tell us you might sue us if there is something wrong.\n".repeat(60)}
*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*
`;

/** The formats in which Project Gutenberg's files were written over the years, each around the same story. */
const frames: [string, (story: string) => string][] = [
  [
    "2020s",
    (story) => `The Project Gutenberg eBook of The Kettle
This ebook is for the use of anyone anywhere in the United States.

Title: The Kettle

*** START OF THE PROJECT GUTENBERG EBOOK THE KETTLE ***




${story}



*** END OF THE PROJECT GUTENBERG EBOOK THE KETTLE ***


${LICENCE}`
  ],
  [
    "2010s, with credits and a title over two lines",
    (story) => `Project Gutenberg's The Kettle, by Nobody

This eBook is for the use of anyone anywhere at no cost and with
almost no restrictions whatsoever.

*** START OF THIS PROJECT GUTENBERG EBOOK THE KETTLE, OR
HOW ANN WAITED FOR IT ***




Produced by A. Volunteer and the Online Distributed
Proofreading Team at https://www.pgdp.net



${story}



End of the Project Gutenberg EBook of The Kettle, by Nobody

*** END OF THIS PROJECT GUTENBERG EBOOK THE KETTLE, OR
HOW ANN WAITED FOR IT ***

***** This file should be named 00000.txt or 00000.zip *****
${LICENCE}`
  ],
  [
    "2000s, no space in the markers",
    (story) => `The Project Gutenberg EBook of The Kettle

***START OF THE PROJECT GUTENBERG EBOOK THE KETTLE***


E-text prepared by A. Volunteer


${story}

***END OF THE PROJECT GUTENBERG EBOOK THE KETTLE***

******* This file should be named 0.txt *******
${LICENCE}`
  ],
  [
    "1990s, small print first",
    (story) => `The Project Gutenberg Etext of The Kettle, by Nobody

Information about Project Gutenberg (one page)

${smallPrint}




This etext was prepared by A. Volunteer, Somewhere.


${story}




End of the Project Gutenberg Etext of The Kettle, by Nobody
`
  ],
  [
    "1990s, possessive end",
    (story) => `Project Gutenberg Etext of The Kettle

${smallPrint.replace("*END*THE", "*END THE")}

${story}


End of Project Gutenberg's The Kettle, by Nobody

`
  ]
];

const kinds = (text: string) => cleanBook(text).removed.map(({kind}) => kind);
const passages = (text: string) =>
  cleanBook(text).removed.filter((removal): removal is PassageRemoval => "characters" in removal);

describe("Project Gutenberg's frame", () => {
  it.each(frames)("of the %s comes off, and the story is left as it was", (_, frame) => {
    const {text, removed} = cleanBook(frame(STORY));
    expect(text).toBe(STORY);
    expect(removed.map(({kind}) => kind)).toEqual(expect.arrayContaining(["header", "footer"]));
    const [header] = passages(frame(STORY));
    expect(header!.sample).toMatch(/^(The )?Project Gutenberg/);
  });

  it.each(frames)("of the %s comes off with Windows's line ends and curly quotes as well", (_, frame) => {
    const typographic = frame(STORY)
      .replace(/ "/g, " “")
      .replace(/" ?/g, (quote) => quote.replace('"', "”"))
      .replace(/'/g, "’")
      .replace(/ -- /g, "—")
      .replace(/\n/g, "\r\n");
    expect(cleanBook(typographic).text).toBe(STORY.replace(/ -- /g, "--"));
  });

  it("counts what it took: the passages and the book add up to the file", () => {
    const file = `${frames[0]![1](STORY)}`;
    const taken = passages(file).reduce((sum, {characters}) => sum + characters, 0);
    const blank = cleanBook(file).removed.find(({kind}) => kind === "blank lines") as {count: number};
    expect(taken + blank.count + STORY.length).toBe(file.length);
  });

  it("does not report what was in the header as replaced in the book", () => {
    const file = frames[0]![1](STORY).replace("The Kettle\nThis", "“The Kettle”\nThis");
    expect(kinds(file)).not.toContain("quote");
  });

  it("keeps every book of a file that holds several", () => {
    const file = frames[0]![1](STORY) + frames[1]![1]("Another story.\n") + frames[4]![1]("A third.\n");
    expect(cleanBook(file).text).toBe(`${STORY}\nAnother story.\n\nA third.\n`);
  });

  it("takes nothing of a long text of the reader's own around a book", () => {
    const own = "These are my own words on kettles.\n".repeat(2000);
    const file = `${own}\n${frames[0]![1](STORY)}\n${own}`;
    expect(cleanBook(file).text).toBe(`${own}\n${STORY}\n${own}`);
  });
});

describe("credits and notes", () => {
  it("go where a header or a word about e-texts shows what they are", () => {
    expect(cleanBook("Produced by the Proofreading Team at www.pgdp.net\n\nA story.\n").text).toBe(
      "A story.\n"
    );
    expect(cleanBook("Produced by a clap of thunder, rain fell.\n\nA story.\n").removed).toEqual([]);
  });

  it("in brackets go wherever they stand, one paragraph near the start, all after a heading at the end", () => {
    const file = `THE KETTLE

Transcriber's Note: Spelling was left alone.

It boiled.[Transcriber’s note: sic.] Then it cooled.
${"\nMore was said.\n".repeat(20)}
TRANSCRIBER'S NOTES

Page 3: "teh" changed to "the".

Page 9: a comma added.
`;
    const {text} = cleanBook(file);
    expect(text).toBe(`THE KETTLE\n\nIt boiled. Then it cooled.\n${"\nMore was said.\n".repeat(20)}`);
    expect(passages(file).map(({kind}) => kind)).toEqual(["note", "note", "note"]);
  });

  it("stay where prose speaks of a transcriber", () => {
    expect(cleanBook("The transcriber's notes were lost at sea.\n").removed).toEqual([]);
  });
});

describe("characters", () => {
  it.each([
    ["line ends", "a\r\nb\rc\u2028d\fe", "a\nb\nc\nd\ne"],
    ["quotes", "“a” ‘b’ „c‟ «d» ‹e› 5′ 6″", `"a" 'b' "c" "d" 'e' 5' 6"`],
    ["dashes", "a‐b‑c–d—e―f−1", "a-b-c-d--e--f-1"],
    ["ellipses", "a… b‥", "a... b.."],
    ["ligatures and the long s", "ﬁre ﬂow oﬃce ſo", "fire flow office so"],
    ["spaces", "a\u00A0b\u2009c\u3000d", "a b c d"],
    ["invisible characters", "\uFEFFso\u00ADft\u200B w\u2060ord\u200E", "soft word"],
    ["controls", "a\0b\x1Bc\x7Fd\te", "abcd\te"],
    ["Windows-1252 read as Latin-1", "\x93It\x92s\x94 \x96 so\x85", `"It's" - so...`],
    ["stray code points", "a\uFFFDb\uE000c\uD83Dd\uFFFE", "abcd"],
    ["accents apart from their letters", "cafe\u0301 A\u030Angstrom", "café Ångstrom"]
  ])("%s become plain", (_, given, plain) => {
    expect(cleanBook(given).text).toBe(plain);
  });

  it("are counted by what became what, with the line of the first, the most frequent first", () => {
    expect(cleanBook("one\r\n“two” or “2”\r\n\r\nthree… ").removed).toEqual([
      {kind: "line end", from: "\r\n", to: "\n", count: 3, line: 1},
      {kind: "quote", from: "“", to: '"', count: 2, line: 2},
      {kind: "quote", from: "”", to: '"', count: 2, line: 2},
      {kind: "ellipsis", from: "…", to: "...", count: 1, line: 4},
      {kind: "trailing space", count: 1}
    ]);
  });

  it("of all scripts and emoji stay", () => {
    const text = "Ærø, naïve, Straße, Война и миръ, 紅樓夢, می‌خواهم, 👩‍👧 ❤️\n";
    expect(cleanBook(text)).toEqual({text, removed: []});
  });
});

describe("lines", () => {
  it("have at most one blank one between them, none at the start and no white space at the end", () => {
    expect(cleanBook("\n \n  a \n\t\n\n\nb\n\n\n").text).toBe("  a\n\nb\n");
  });

  it("wrapped at a width are joined when asked for; verse, headings and hyphens keep theirs", () => {
    const wrapped = `CHAPTER 1
The Kettle

It is a way I have of driving off the spleen and regulating the sea-
faring mind, whenever it is a damp, drizzly November in my soul and I
grow grim.

The ribs and terrors in the whale
Arched over me a dismal gloom
`;
    expect(cleanBook(wrapped).text).toBe(wrapped);
    const {text, removed} = cleanBook(wrapped, {rejoinLines: true});
    expect(text).toBe(`CHAPTER 1
The Kettle

It is a way I have of driving off the spleen and regulating the sea-faring mind, whenever it is a damp, drizzly November in my soul and I grow grim.

The ribs and terrors in the whale
Arched over me a dismal gloom
`);
    expect(removed).toEqual([{kind: "wrapped lines", count: 2}]);
  });
});

describe("for any text", () => {
  const pieces = fc.constantFrom(
    "*** START OF THE PROJECT GUTENBERG EBOOK X ***",
    "*** END OF THIS PROJECT GUTENBERG EBOOK X ***",
    "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*",
    "End of Project Gutenberg's X",
    "Produced by a volunteer, www.pgdp.net",
    "Produced by a friend",
    "[Transcriber’s note: x]",
    "Transcriber's Note:",
    "TRANSCRIBER'S NOTES",
    "\u200B",
    "*",
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "“",
    "e",
    "\u0301",
    "\u00AD",
    "…",
    "—",
    "\uD83D",
    "words that fill a line of a book from the left to its right edge",
    "short"
  );
  const texts = fc.oneof(
    fc.array(pieces, {maxLength: 30}).map((list) => list.join("")),
    fc.string({unit: "binary", maxLength: 60})
  );

  it("cleaning twice changes and reports nothing more, with rejoined lines and without", () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (text, rejoinLines) => {
        const once = cleanBook(text, {rejoinLines});
        expect(cleanBook(once.text, {rejoinLines})).toEqual({text: once.text, removed: []});
      }),
      {numRuns: 2000}
    );
  });

  it("a report is given exactly when something changed", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const {text: clean, removed} = cleanBook(text);
        expect(removed.length > 0).toBe(clean !== text);
      }),
      {numRuns: 1000}
    );
  });

  it("takes time in proportion to its length, also for runs without an end", () => {
    for (const unit of [" ", "\n", "*", "[", "*** START OF THE PROJECT GUTENBERG ", "a\u0301", "\t \n"]) {
      const begun = performance.now();
      cleanBook(unit.repeat(200_000 / unit.length), {rejoinLines: true});
      expect(performance.now() - begun).toBeLessThan(2000);
    }
  });
});
