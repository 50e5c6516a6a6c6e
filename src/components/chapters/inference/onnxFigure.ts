import {html} from "htl";
import {formatBytes, formatCount} from "../../views/format.js";
import {plainTable} from "../../views/plainTable.js";
import {statGrid} from "../../views/statGrid.js";
import type {GraphValue, OnnxFacts} from "./onnxFacts.js";

/** The exported graph: one block of it node by node, what goes in and out, and what each of our operations became. */
export function onnxFigure(facts: OnnxFacts): HTMLElement {
  const {fileBytes, opset, nodes, tensors, operators, block, inputs, outputs, table} = facts;
  const stats = statGrid([
    {label: "File", value: formatBytes(fileBytes)},
    {label: "Operator set", value: String(opset)},
    {label: "Nodes", value: formatCount(nodes)},
    {label: "Kinds of operator", value: formatCount(operators.length)},
    {label: "Stored tensors", value: formatCount(tensors)}
  ]);
  const chip = (name: string) => html`<code class="onnx-operator">${name}</code>`;
  const flow = block.map(
    ({part, operators}) =>
      html`<li><span class="onnx-part">${part}</span><span>${operators.map(chip)}</span></li>`
  );
  const inBlock = block.reduce((sum, {operators}) => sum + operators.length, 0);
  const counts = plainTable({
    caption: "Operators of the whole graph",
    columns: ["Operator", "Nodes"],
    rows: operators.map(({name, count}) => [name, formatCount(count)])
  });
  const ours = plainTable({
    caption: "What the exporter writes for each operation of ours",
    columns: ["Our operation", "ONNX operators"],
    rows: table.map(({operation, operators}) => [operation, operators.join(", ")]),
    texts: [1]
  });
  return html`<figure class="figure onnx-figure">
    <p class="figure-title">The model as an ONNX graph</p>
    ${stats}
    <div class="onnx-columns">
      <div><p class="onnx-heading">${`The first block: ${inBlock} nodes, in order`}</p><ol class="onnx-flow">${flow}</ol></div>
      <div><p class="onnx-heading">Goes in</p>${values(inputs)}<p class="onnx-heading">Comes out</p>${values(outputs)}</div>
    </div>
    <p class="figure-reading">${`${formatCount(nodes)} nodes of ${operators.length} kinds; the most frequent are ${operators
      .slice(0, 3)
      .map(({name, count}) => `${name} (${count})`)
      .join(", ")}. Read from the file itself when this site was built.`}</p>
    <details class="figure-table wide-table"><summary>All operators, and the exporter’s own table</summary>${counts}${ours}</details>
  </figure>` as HTMLElement;
}

/** Inputs or outputs; those of later layers, which are like the first's, as one line. */
function values(all: readonly GraphValue[]): Element {
  const first = all.filter(({name}) => !/\.[1-9]\d*\./.test(name));
  const more = all.length - first.length;
  return html`<ul class="onnx-values">${first.map(
    ({name, shape}) => html`<li><code>${name}</code><span>[${shape.map(short).join(", ")}]</span></li>`
  )}${more > 0 ? html`<li>${`and ${more} more like these, of the other layers`}</li>` : null}</ul>`;
}

/** What the names of sizes stand for, in the letters of the book. */
const LETTERS: Record<string, string> = {
  batch_size: "B",
  sequence_length: "T",
  past_sequence_length: "past",
  total_sequence_length: "past + T"
};
const short = (size: string): string => LETTERS[size] ?? size;
