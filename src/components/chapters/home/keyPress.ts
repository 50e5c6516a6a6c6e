import {html} from "htl";
import {messageOf} from "../../errorMessage.js";
import {type Inspector, openInspector} from "../../inspection/inspector.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import {readTokenizer} from "../../text/tokenizerFile.js";
import {setText, uniqueId} from "../../views/figure.js";
import {formatBytes, tokenName} from "../../views/format.js";
import {notice} from "../../views/notice.js";
import {type Journey, journeyNames, journeyOf} from "./journey.js";
import {journeyFigure} from "./journeyFigure.js";

export interface KeyPressOptions {
  /** What is shown before the reader types: computed when the site was built. */
  journey: Journey;
  unit: string;
  /** URLs of the shipped model and its tokenizer. */
  model: string;
  tokenizer: string;
  /** For tests. */
  open?: (url: string, options: Parameters<typeof openInspector>[1]) => Promise<Inspector>;
  fetchJson?: (url: string) => Promise<unknown>;
}

/** The longest line that is read: enough to see a name come back. */
const LONGEST = 160;

/**
 * A line to write in, and the way of its last token through the model. The model is fetched at the first key; until it
 * is there the figure shows what the site was built with.
 */
export function keyPress(options: KeyPressOptions): HTMLElement & {dispose(): void} {
  const {journey, unit, open = openInspector, fetchJson = getJson} = options;
  const id = uniqueId("line");
  const opening = journey.tokens.join("");
  const line = html`<input type="text" id=${id} class="journey-line" autocomplete="off" autocapitalize="off"
    spellcheck="false" maxlength=${LONGEST} value=${opening.trimStart()}>` as HTMLInputElement;
  const reset = html`<button type="button" class="button">Reset</button>` as HTMLButtonElement;
  const state = html`<p class="figure-note" role="status"></p>`;
  const problem = html`<div></div>`;
  const figure = journeyFigure({journey, unit});
  let model: Promise<{inspector: Inspector; tokenizer: Tokenizer}> | null = null;
  let disposed = false;
  let asked = 0;

  function load(): Promise<{inspector: Inspector; tokenizer: Tokenizer}> {
    const onProgress = (loaded: number, total: number | null) =>
      setText(
        state,
        `Fetching the model: ${formatBytes(loaded)}${total ? ` of ${formatBytes(total)}` : ""} …`
      );
    setText(state, "Fetching the model …");
    model ??= Promise.all([open(options.model, {onProgress}), fetchJson(options.tokenizer)]).then(
      ([inspector, file]) => {
        if (disposed) inspector.dispose();
        return {inspector, tokenizer: readTokenizer(file)};
      }
    );
    model.catch(() => {
      model = null; // to be tried again at the next key
    });
    return model;
  }

  async function read(): Promise<void> {
    asked += 1;
    const request = asked;
    problem.replaceChildren();
    try {
      const {inspector, tokenizer} = await load();
      if (request !== asked || disposed) return;
      // A blank line comes first, as before every story that the model has read.
      const {ids, unknown} = tokenizer.encode(`\n\n${line.value}`);
      if (unknown.length > 0) {
        const named = unknown.map(({character}) => tokenName(character)).join(", ");
        setText(state, `The model does not know ${named}: left out.`);
      } else if (line.value === "")
        setText(state, "Nothing is written: the model sees the blank line that comes before every story.");
      else setText(state, "Computed here, in this tab, at every key.");
      const window = [...ids].slice(-Math.min(LONGEST, inspector.config.blockSize));
      const inspection = await inspector.inspect(window, {names: journeyNames(inspector.config)});
      if (request !== asked || disposed) return;
      figure.update({journey: journeyOf(inspector.config, tokenizer, window, inspection), unit});
    } catch (error) {
      if (disposed) return;
      setText(state, "");
      problem.replaceChildren(notice({kind: "error", message: messageOf(error)}));
    }
  }

  line.addEventListener("input", () => void read());
  reset.addEventListener("click", () => {
    asked += 1;
    line.value = opening.trimStart();
    problem.replaceChildren();
    setText(state, recorded);
    figure.update({journey, unit});
  });
  const recorded = "Computed when the site was built; write on, and it is computed here.";
  setText(state, recorded);
  const node = html`<div class="key-press">
    <div class="journey-input"><label for=${id}>Press a key: write on</label>${line}${reset}</div>
    ${state}${problem}${figure}
  </div>` as HTMLElement;
  return Object.assign(node, {
    dispose() {
      disposed = true;
      model?.then(({inspector}) => inspector.dispose()).catch(() => {});
    }
  });
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok)
    throw new Error(
      `The tokenizer could not be loaded (HTTP ${response.status}). Check the connection and try again.`
    );
  return response.json();
}
