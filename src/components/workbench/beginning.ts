import {html} from "htl";
import {ImportedStore, type KeptModel} from "../exchange/opening/importedStore.js";
import {importPanel} from "../studio/panels/importPanel.js";
import type {GivenModelFile} from "../training/protocol.js";
import {setText, uniqueId} from "../views/figure.js";
import {formatCount} from "../views/format.js";

/** Where a new run begins: at random parameters, or at a model that the reader has opened from files. */
export type Beginning = HTMLElement & {
  /** The opened model; null for random parameters. */
  readonly value: GivenModelFile | null;
  /** The opened model, whether or not a new run is to begin at it. */
  readonly opened: GivenModelFile | null;
  /** Unfolds the place to open a model's files, and brings it into view. */
  showFiles(): void;
};

/** The choice of a beginning, with the place to open a model's files. `store` is where an opened model is kept. */
export function beginning(store: Pick<ImportedStore, "read"> = new ImportedStore()): Beginning {
  const group = uniqueId("beginning");
  const radio = (isChecked: boolean) =>
    html`<input type="radio" name=${group} checked=${isChecked}>` as HTMLInputElement;
  const [random, opened] = [radio(true), radio(false)];
  const label = html`<span></span>`;
  const choice = html`<label>${opened} ${label}</label>` as HTMLElement;
  const note =
    html`<p class="figure-note">It goes on with this model’s own shape and tokenizer; of the settings below
    only those of the training count, beginning with a fresh optimiser.</p>` as HTMLElement;
  let model: KeptModel | null = null;

  function take(found: KeptModel | null, isWanted: boolean): void {
    model = found ?? model;
    if (model) setText(label, `The model from ${inWords(model)}`);
    if (model && isWanted) opened.checked = true;
    show();
  }
  function show(): void {
    choice.hidden = model === null;
    note.hidden = !opened.checked;
  }
  for (const input of [random, opened]) input.addEventListener("change", show);

  const files = importPanel({onOpened: (found) => take(found, true)}) as HTMLDetailsElement;
  const node = html`<fieldset class="choice">
    <legend>Begin from</legend>
    <label>${random} Random parameters</label>
    ${choice}${note}
    ${files}
  </fieldset>` as HTMLElement;
  show();
  void store.read().then((found) => take(found, false));
  const given = () => model && {name: model.facts.name, file: model.file};
  return Object.defineProperties(node, {
    value: {get: () => (opened.checked ? given() : null)},
    opened: {get: given},
    showFiles: {
      value: () => {
        files.open = true;
        files.querySelector("summary")?.focus();
      }
    }
  }) as Beginning;
}

function inWords({facts: {name, config}}: KeptModel): string {
  const {nLayer, nEmbd, vocabSize} = config;
  return `${name}: ${formatCount(nLayer)} layers, width ${formatCount(nEmbd)}, ${formatCount(vocabSize)} tokens`;
}
