// @vitest-environment jsdom
import {expect, test, vi} from "vitest";
import {FormatError} from "../../src/components/exchange/formatError.js";
import type {Imported} from "../../src/components/exchange/protocol.js";
import {modelConfig} from "../../src/components/model/config.js";
import {type ImportPanelOptions, importPanel} from "../../src/components/studio/panels/importPanel.js";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";

const tokenizer = characterTokenizer(["a", "b"]);
const config = modelConfig({
  nLayer: 12,
  nHead: 12,
  nEmbd: 768,
  nInner: 3072,
  blockSize: 1024,
  vocabSize: 50_257
});
const imported: Imported = {
  facts: {
    version: 1,
    name: "<b>gpt2</b>",
    config,
    tokenizer: tokenizer.toJSON(),
    corpus: null,
    remarks: ["Heads were assumed."],
    bytes: 5e8
  },
  file: new Blob(["x"]),
  problem: null
};

/** The panel, as a reader uses it. */
function panel(open: NonNullable<ImportPanelOptions["open"]>) {
  const onOpened = vi.fn();
  const node = importPanel({onOpened, open});
  const [files, folder] = node.querySelectorAll<HTMLInputElement>("input[type=file]");
  const choose = (input: HTMLInputElement, given: File[]) => {
    Object.defineProperty(input, "files", {value: given, configurable: true});
    Object.defineProperty(input, "value", {value: "", writable: true, configurable: true});
    input.dispatchEvent(new Event("change"));
  };
  const text = (selector: string) => node.querySelector<HTMLElement>(selector)!;
  return {node, onOpened, files: files!, folder: folder!, choose, text};
}

test("what is read is handed on, and said as text with what was assumed", async () => {
  const open = vi.fn(async () => imported);
  const {onOpened, files, choose, text, node} = panel(open);
  choose(files, [new File(["1"], "a.safetensors"), new File(["2"], "tokenizer.json")]);
  await vi.waitFor(() => expect(onOpened).toHaveBeenCalledOnce());
  expect(open.mock.calls[0]).toMatchObject([[{name: "a.safetensors"}, {name: "tokenizer.json"}], {}]);
  expect(onOpened.mock.calls[0]![0]).toEqual({facts: imported.facts, file: imported.file});
  expect(text(".drop-said").textContent).toBe(
    "Opened <b>gpt2</b>: 12 layers of 12 heads, width 768, context 1,024, 50,257 tokens, 500.0 MB. Heads were assumed."
  );
  expect(node.querySelector("b")).toBeNull();
  expect(text(".drop-problem").hidden).toBe(true);
});

test("bad files are one sentence, and nothing is handed on", async () => {
  const {onOpened, files, choose, text} = panel(() =>
    Promise.reject(new FormatError("This zip is damaged."))
  );
  choose(files, [new File([""], "x.zip")]);
  await vi.waitFor(() =>
    expect(text(".drop-problem").textContent).toBe("This zip is damaged. The model in use stays.")
  );
  expect(onOpened).not.toHaveBeenCalled();
  expect(files.disabled).toBe(false);
});

test("while it reads it shows how far it is, takes nothing else, and can be stopped", async () => {
  const {node, onOpened, files, folder, choose, text} = panel(
    (_, {signal, onProgress}) =>
      new Promise((_, reject) => {
        onProgress({label: "Reading the model", done: 5e6, total: 1e7});
        signal.addEventListener("abort", () => reject(signal.reason));
      })
  );
  choose(folder, [new File([""], "config.json")]);
  expect(text(".model-loading").hidden).toBe(false);
  expect(text(".progress-text").textContent).toBe("5.0 MB of 10.0 MB");
  expect([files.disabled, folder.disabled]).toEqual([true, true]);
  node.querySelector<HTMLButtonElement>("button")!.click();
  await vi.waitFor(() =>
    expect(text(".drop-said").textContent).toBe("Reading was stopped; nothing has changed.")
  );
  expect(text(".model-loading").hidden).toBe(true);
  expect(onOpened).not.toHaveBeenCalled();
});
