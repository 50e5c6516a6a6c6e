import fc from "fast-check";
import {describe, expect, it, vi} from "vitest";
import {buildCorpus} from "../../src/components/corpus/buildCorpus.js";
import type {Corpus} from "../../src/components/corpus/meta.js";
import {
  type StreamProgress,
  streamCorpus,
  streamSha256
} from "../../src/components/corpus/streamingCorpus.js";
import type {TokenizerChoice} from "../../src/components/text/tokenizerChoice.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";

const description = {name: "tale", source: "test", license: "none", blockSize: 2};

/** The UTF-8 of a text in chunks of these lengths, over and over. */
const chunks = (text: string, lengths: readonly number[]) => ({
  async *open() {
    const bytes = new TextEncoder().encode(text);
    for (let from = 0, i = 0; from < bytes.length; i++) {
      const to = from + lengths[i % lengths.length]!;
      yield bytes.subarray(from, to);
      from = to;
    }
  }
});

const content = ({meta, train, val}: Corpus) => ({meta, train: [...train], val: [...val]});

const choices: TokenizerChoice[] = [
  {kind: "character"},
  {kind: "character", padding: true},
  {kind: "byte-pair", vocabularySize: 280},
  {kind: "byte-pair", vocabularySize: 265, padding: true},
  {kind: "word-piece", vocabularySize: 60}
];

const texts = fc
  .array(
    fc.constantFrom(
      "tea",
      " ",
      " and",
      "it's",
      "we'll",
      "\n\n",
      "\r\n",
      "\r",
      "  ",
      "é",
      "😀",
      "語",
      ". ",
      "\uFEFF",
      "7"
    ),
    {minLength: 60, maxLength: 200}
  )
  .map((pieces) => `\uFEFFtea for two${pieces.join("")}and so it ends, or so I hear, as all of it must end`);

describe("streamCorpus", () => {
  it.each(choices)(
    "makes the corpus that buildCorpus makes, however the bytes come: %j",
    async (tokenizer) => {
      await fc.assert(
        fc.asyncProperty(
          texts,
          fc.array(fc.integer({min: 1, max: 60}), {minLength: 1, maxLength: 6}),
          async (text, lengths) => {
            // A reader of bytes drops the mark that opens a file.
            const whole = await buildCorpus(text.slice(1), {...description, tokenizer});
            const streamed = await streamCorpus(chunks(text, lengths), {...description, tokenizer});
            expect(content(streamed)).toEqual(content(whole));
          }
        ),
        {numRuns: 40}
      );
    }
  );

  it("reads a Blob, and says how far it is", async () => {
    const text = "A kettle boiled, and nobody knew why.\n".repeat(5000);
    const heard: StreamProgress[] = [];
    const streamed = await streamCorpus(new Blob([text]), description, {
      onProgress: (progress) => heard.push(progress)
    });
    expect(content(streamed)).toEqual(content(await buildCorpus(text, description)));
    const total = text.length;
    expect(heard.at(-1)).toEqual({pass: 2, bytes: total, total});
    expect(heard.filter(({pass}) => pass === 1).at(-1)).toEqual({pass: 1, bytes: total, total});
    for (let i = 1; i < heard.length; i++)
      expect(heard[i]!.pass * total + heard[i]!.bytes).toBeGreaterThan(
        heard[i - 1]!.pass * total + heard[i - 1]!.bytes
      );
  });

  it("tells the checksum of a text beforehand", async () => {
    const text = "\uFEFFIt boiled — at last.\r\nNobody knew \uD83D why.\n".repeat(30);
    const {meta} = await buildCorpus(text, description);
    expect(await streamSha256(new Blob([text]), "tale")).toBe(meta.sha256);
    expect(await streamSha256(chunks(text, [7, 30]), "tale")).toBe(meta.sha256);
  });

  it("learns byte pairs from the sample alone, and cuts all of the text with them", async () => {
    const start = "tea for two and two for tea. ".repeat(20);
    const text = start + "coffee for one at a café. ".repeat(200);
    const tokenizer: TokenizerChoice = {kind: "byte-pair", vocabularySize: 300};
    const streamed = await streamCorpus(
      chunks(text, [7]),
      {...description, tokenizer},
      {sampleLength: start.length}
    );
    const {vocabulary} = readTokenizer(streamed.meta.tokenizer);
    expect(vocabulary).toContain(" tea");
    expect(vocabulary).not.toContain(" coffee");
    const decoded = readTokenizer(streamed.meta.tokenizer);
    expect(decoded.decode(streamed.train) + decoded.decode(streamed.val)).toBe(text);
    expect([...streamed.train]).toEqual([
      ...decoded.encode(text.slice(0, Math.floor(text.length * 0.9))).ids
    ]);
  });

  it("never holds more than a few chunks of the text", async () => {
    const lengths: number[] = [];
    const original = String.prototype.slice;
    const text = "A kettle boiled, and nobody knew why. ".repeat(20_000);
    const source = chunks(text, [10_000]);
    const spy = vi.spyOn(String.prototype, "slice").mockImplementation(function (this: string, ...args) {
      lengths.push(this.length);
      return original.apply(this, args);
    });
    try {
      await streamCorpus(source, description);
    } finally {
      spy.mockRestore();
    }
    expect(lengths.length).toBeGreaterThan(10);
    expect(Math.max(...lengths)).toBeLessThan(25_000);
  });
});

describe("what cannot be streamed", () => {
  it.each<[string, string, Partial<Parameters<typeof streamCorpus>[1]>, RegExp]>([
    ["is empty", "", {}, /tale” has 0 characters, too few/],
    ["is too short", "Too short a tale.", {blockSize: 64}, /has 17 characters, too few for a context of 64/],
    [
      "is too short in tokens",
      "tea ".repeat(100),
      {blockSize: 64, tokenizer: {kind: "byte-pair", vocabularySize: 260}},
      /tokens for training and .* for validation, too few/
    ],
    [
      "asks for no tokenizer that exists",
      "tea",
      {tokenizer: {kind: "byte-pair", vocabularySize: 3}},
      /vocabularySize is 3/
    ]
  ])("%s is refused as buildCorpus refuses it", async (_, text, change, message) => {
    await expect(streamCorpus(chunks(text, [5]), {...description, ...change})).rejects.toThrow(message);
  });

  it("is not UTF-8: the byte is named", async () => {
    const latin = new Blob([Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x20)]);
    await expect(streamCorpus(latin, description)).rejects.toThrow(
      /“tale” could not be read. It is not UTF-8: byte 3 \(0xE9\).*Save the text as UTF-8/
    );
  });

  it("breaks off: the reason is passed on", async () => {
    const broken = {
      async *open(): AsyncGenerator<Uint8Array> {
        yield Uint8Array.of(65);
        throw new Error("The disk is gone.");
      }
    };
    await expect(streamCorpus(broken, description)).rejects.toThrow(
      /“tale” could not be read. The disk is gone. Check that the file is still there/
    );
  });

  it("is larger than a corpus can be: refused before it is read", async () => {
    const open = vi.fn();
    await expect(streamCorpus({open, size: 5e9}, description)).rejects.toThrow(
      /larger than 4.29 GB.*Use a part/
    );
    expect(open).not.toHaveBeenCalled();
  });

  it("changes between the readings", async () => {
    for (const later of ["tea tea tea tea tea tea tea more ", "tex ".repeat(10)]) {
      const versions = ["tea ".repeat(10), later];
      const source = {open: () => chunks(versions.shift()!, [9]).open()};
      await expect(streamCorpus(source, description)).rejects.toThrow(/“tale” changed while it was read/);
    }
  });

  it("is stopped by the reader, who is told nothing else, and the source is let go of", async () => {
    const controller = new AbortController();
    let closed = false;
    const endless = {
      async *open() {
        try {
          for (;;) yield Uint8Array.of(65, 66);
        } finally {
          closed = true;
        }
      }
    };
    let heard = 0;
    const streaming = streamCorpus(endless, description, {
      signal: controller.signal,
      onProgress: () => {
        if (++heard === 10) controller.abort();
      }
    });
    await expect(streaming).rejects.toMatchObject({name: "AbortError"});
    expect(closed).toBe(true);
    expect(heard).toBe(10);
  });
});
