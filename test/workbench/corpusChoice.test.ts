// @vitest-environment jsdom
import {afterEach, describe, expect, it, vi} from "vitest";
import {corpusChoice, withPadding} from "../../src/components/workbench/corpusChoice.js";
import {tinyCorpus} from "../training/corpus.js";

const {meta} = tinyCorpus();
const book = {...meta, name: "Moby-Dick", source: "Melville <b>1851</b>", license: "Public domain."};
const removed = [{kind: "quote", from: "“", to: '"', count: 3, line: 2}];
const texts = {
  site: {meta, metaUrl: "/meta", trainUrl: "/train", valUrl: "/val"},
  book: {
    name: "Moby-Dick",
    metaUrl: "/book/meta",
    trainUrl: "/book/train",
    valUrl: "/book/val",
    removedUrl: "/removed"
  }
};
afterEach(() => vi.unstubAllGlobals());

function show() {
  const onChange = vi.fn();
  const node = corpusChoice(texts, onChange);
  document.body.replaceChildren(node);
  const radio = (value: string) => {
    const input = node.querySelector<HTMLInputElement>(`input[value=${value}]`)!;
    input.checked = true;
    input.dispatchEvent(new Event("change"));
  };
  const cut = (kind: string, size?: string) => {
    const select = node.querySelector("select")!;
    select.value = kind;
    select.dispatchEvent(new Event("change", {bubbles: true}));
    if (size === undefined) return;
    const input = node.querySelector<HTMLInputElement>("[name=vocabularySize]")!;
    input.value = size;
    input.dispatchEvent(new Event("input", {bubbles: true}));
  };
  const use = (text: string) => {
    node.querySelector("textarea")!.value = text;
    node.querySelector<HTMLButtonElement>(".drop button")!.click();
  };
  return {node, onChange, radio, cut, use};
}
const serve = () => vi.fn(async (url: string) => Response.json(url === "/removed" ? removed : book));

describe("corpusChoice", () => {
  it("begins with the site's text in the site's tokens, and fetches nothing", () => {
    vi.stubGlobal("fetch", () => expect.unreachable());
    const {node} = show();
    expect(node.value).toEqual({
      kind: "built",
      metaUrl: "/meta",
      trainUrl: "/train",
      valUrl: "/val",
      tokenizer: {kind: "character"}
    });
    expect(node.vocabulary).toEqual({size: 8, unit: "character", isGuess: false, trainTokens: 3600});
  });

  it("fetches the book's description when it is chosen, and says what cleaning removed", async () => {
    const fetch = serve();
    vi.stubGlobal("fetch", fetch);
    const {node, radio} = show();
    radio("book");
    await vi.waitFor(() => expect(node.textContent).toContain("Melville <b>1851</b>"));
    expect(node.querySelector("b")).toBeNull();
    expect(node.textContent).toMatch(/“.* became .* 3 times/);
    expect(node.value).toMatchObject({kind: "built", metaUrl: "/book/meta", trainUrl: "/book/train"});
    radio("site");
    radio("book");
    expect(fetch.mock.calls.flat().sort()).toEqual(["/book/meta", "/removed"]);
  });

  it("says so when the book cannot be fetched, and tries again when it is chosen again", async () => {
    vi.stubGlobal("fetch", async () => new Response("", {status: 404}));
    const {node, radio} = show();
    radio("book");
    await vi.waitFor(() => expect(node.textContent).toContain("could not be fetched (HTTP 404)"));
    vi.stubGlobal("fetch", serve());
    radio("site");
    radio("book");
    await vi.waitFor(() => expect(node.textContent).toContain("Melville"));
    expect(node.textContent).not.toContain("could not be fetched");
  });

  it("needs a text where the reader's own is chosen, and cleans it when asked", () => {
    const {node, radio, use} = show();
    radio("own");
    expect(() => node.value).toThrow(/No text of yours is chosen yet/);
    use("some words");
    expect(node.value).toEqual({
      kind: "text",
      name: "your text",
      text: "some words",
      isBook: false,
      tokenizer: {kind: "character"}
    });
    node.querySelector<HTMLInputElement>("[name=isBook]")!.checked = true;
    expect(node.value).toMatchObject({isBook: true});
    expect(node.vocabulary.isGuess).toBe(true);
    expect(node.textContent).toContain("Chosen: your text, 10 characters.");
  });

  it("hands a large file over to be read piece by piece, and cleans only what can be read whole", async () => {
    const {node, radio} = show();
    radio("own");
    const clean = node.querySelector<HTMLInputElement>("[name=isBook]")!;
    clean.checked = true;
    const drop = (size: number) => {
      const file = new File(["beginning"], "large.txt");
      Object.defineProperty(file, "size", {value: size});
      file.slice = () => ({arrayBuffer: async () => new ArrayBuffer(0)}) as unknown as Blob;
      const event = Object.assign(new Event("drop"), {dataTransfer: {files: [file]}});
      node.querySelector(".drop")!.dispatchEvent(event);
      return file;
    };
    const book = drop(6_000_000);
    await vi.waitFor(() => expect(node.textContent).toContain("Chosen: large.txt, 6.0 MB"));
    expect(node.value).toEqual({
      kind: "file",
      name: "large.txt",
      file: book,
      isBook: true,
      tokenizer: {kind: "character"}
    });
    drop(60_000_000);
    await vi.waitFor(() => expect(node.textContent).toContain("It is too large to be cleaned as a book."));
    expect(clean.disabled).toBe(true);
    expect(node.value).toMatchObject({kind: "file", isBook: false});
    drop(1_000_000_001);
    await vi.waitFor(() =>
      expect(node.querySelector(".drop [role=alert]")!.textContent).toContain(
        "at most 1.0 GB can be used here"
      )
    );
    expect(node.textContent).toContain("Chosen: large.txt, 60.0 MB");
    expect(withPadding(node.value).tokenizer).toEqual({kind: "character", padding: true});
  });

  it("cuts any of the three with the tokenizer chosen, and tells the vocabulary", () => {
    const {node, cut, onChange} = show();
    const size = node.querySelector<HTMLInputElement>("[name=vocabularySize]")!;
    expect(size.closest<HTMLElement>(".field")!.hidden).toBe(true);
    cut("byte-pair");
    expect(size.closest<HTMLElement>(".field")!.hidden).toBe(false);
    expect(node.value.tokenizer).toEqual({kind: "byte-pair", vocabularySize: 512});
    expect(node.vocabulary).toEqual({size: 512, unit: "token", isGuess: false});
    expect(node.textContent).toContain("GPT-2’s way");
    cut("word-piece", "700");
    expect(node.value.tokenizer).toEqual({kind: "word-piece", vocabularySize: 700});
    expect(onChange).toHaveBeenCalled();
  });

  it.each(["100", "", "1.5", "1e9"])("refuses a vocabulary of “%s” and says so beside it", (size) => {
    const {node, cut} = show();
    cut("byte-pair", size);
    expect(() => node.value).toThrow(/^vocabularySize is/);
    expect(node.querySelector(".tokenizer-choice [aria-live]")!.textContent).toMatch(
      /^vocabularySize is .*257 to 65,536/
    );
    expect(node.vocabulary.isGuess).toBe(true);
    cut("character");
    expect(node.querySelector(".tokenizer-choice [aria-live]")!.textContent).toBe("");
  });
});

describe("a choice that is taken whole", () => {
  it("is that of the reader from then on", async () => {
    const fetch = serve();
    vi.stubGlobal("fetch", fetch);
    const {node, onChange} = show();
    expect(node.kind).toEqual({kind: "site"});
    node.take({kind: "own", isBook: true}, {kind: "word-piece", vocabularySize: 700});
    expect(node.kind).toEqual({kind: "own", isBook: true});
    expect(node.tokenizer).toEqual({kind: "word-piece", vocabularySize: 700});
    expect(node.own).toBeNull();
    expect(() => node.value).toThrow(/No text of yours is chosen yet/);
    expect(node.querySelector<HTMLElement>(".drop")!.hidden).toBe(false);
    expect(fetch).not.toHaveBeenCalled();
    node.take({kind: "book"}, {kind: "character"});
    expect(node.value).toMatchObject({metaUrl: "/book/meta", tokenizer: {kind: "character"}});
    await vi.waitFor(() => expect(node.textContent).toContain("Melville <b>1851</b>"));
    expect(onChange).toHaveBeenCalled();
  });

  it("has the bytes of the reader's own text, the same as long as it is the same text", () => {
    const {node, use} = show();
    use("héllo");
    expect(node.own!.size).toBe(6);
    expect(node.own).toBe(node.own);
  });
});
