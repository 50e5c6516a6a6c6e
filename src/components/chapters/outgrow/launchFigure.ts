import {html} from "htl";
import {parameterCount} from "../../model/parameters.js";
import {type PresetName, presets} from "../../training/presets.js";
import {copyButton} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {formatBytes, formatCount, formatPlural} from "../../views/format.js";
import {selectField} from "../../views/selectField.js";
import {type Launch, type LaunchFacts, launchFacts} from "./launch.js";

/** Characters of a usual text: the tables' rows, which hardly count among the other numbers. */
const VOCABULARY = 65;

type Choice = Pick<Launch, "program" | "machines" | "gpus"> & {preset: PresetName};

/** How a run is divided among processes, and the command that does it. */
export function launchFigure(): HTMLElement {
  const choice: Choice = {preset: "baby", program: "train.py", machines: 1, gpus: 8};
  const command = html`<code></code>`;
  const shell = html`<div><pre tabindex="0" aria-label="The command, for a shell">${command}</pre>
    ${copyButton(() => command.textContent ?? "", "Copy the command")}</div>` as HTMLElement;
  const cells = html`<tbody></tbody>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const select = <Field extends keyof Choice>(
    label: string,
    field: Field,
    values: readonly Choice[Field][]
  ) => {
    const {node, list} = selectField(label, values, values.indexOf(choice[field]));
    list.addEventListener("change", () => {
      choice[field] = values[list.selectedIndex]!;
      update();
    });
    return node;
  };
  const node = html`<figure class="figure launch-figure">
    <p class="figure-title">A step, divided</p>
    <div class="settings-grid">${select("Size", "preset", Object.keys(presets) as PresetName[])}
      ${select("Program", "program", ["train.py", "hugging_face.py"])}
      ${select("Machines", "machines", [1, 2, 4])} ${select("GPUs in each", "gpus", [1, 2, 4, 8])}</div>
    ${shell}
    <table class="plain-table"><caption class="visually-hidden">What each step comes to</caption>${cells}</table>
    ${reading}</figure>` as HTMLElement;

  function update(): void {
    const {model, train} = presets[choice.preset];
    const parameters = parameterCount({...model, vocabSize: VOCABULARY});
    const {batchSize} = train;
    const facts = launchFacts({...choice, batchSize, blockSize: model.blockSize, parameters});
    setText(command, facts?.command ?? "");
    shell.hidden = !facts;
    cells.replaceChildren(
      ...(facts ? rowsOf(facts, batchSize) : []).map(
        ([name, value]) => html`<tr><th scope="row">${name}</th><td class="table-number">${value}</td></tr>`
      )
    );
    setText(reading, facts ? sentenceOf(facts, choice) : refusalOf(choice, batchSize));
  }
  update();
  return node;
}

const rowsOf = (facts: LaunchFacts, batchSize: number): [string, string][] => [
  ["Processes, one for each GPU", formatCount(facts.processes)],
  ["Windows of a step", formatCount(batchSize)],
  ["of them each process computes", formatCount(facts.windows)],
  ["Tokens of a step", formatCount(facts.tokensPerStep)],
  [
    "Gradients that each process sends in a step",
    facts.processes === 1 ? "none" : formatBytes(facts.gradientBytes)
  ]
];

function sentenceOf({processes, windows}: LaunchFacts, {machines}: Choice): string {
  if (processes === 1) return "One process computes every window of a step.";
  const where =
    machines === 1
      ? ""
      : ` Run the command on each of the ${machines} machines, with HOST the name of one of them.`;
  return `${formatCount(processes)} processes compute ${formatPlural(windows, "window")} each and average their gradients.${where}`;
}

const refusalOf = ({machines, gpus}: Choice, batchSize: number): string =>
  `${machines * gpus} processes cannot share ${batchSize} windows equally: add --set batchSize=N, with a multiple of ${machines * gpus}, or use fewer.`;
