import {html} from "htl";
import type {ModelConfig} from "../../model/config.js";
import {parameterCount} from "../../model/parameters.js";
import {cacheBytes, flops} from "../../model/size.js";
import {trainingMemory} from "../../training/memory.js";
import {hue} from "../../views/colors.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatBytes, formatCount, formatFlops, formatPercent} from "../../views/format.js";
import {statGrid} from "../../views/statGrid.js";
import {anatomy, type Part, type Shape} from "./anatomy.js";

export interface AnatomyData {
  config: ModelConfig;
  /** Windows in a batch, and tokens in each. */
  batchSize: number;
  tokens: number;
}

/** The whole model from ids to probabilities: what each part does, the shape that leaves it, what it costs. */
export function anatomyFigure(data: AnatomyData): Figure<AnatomyData> {
  const stats = statGrid([], {label: "The whole model"});
  const before = html`<ol class="anatomy"></ol>`;
  const block = html`<ol class="anatomy"></ol>`;
  const after = html`<ol class="anatomy"></ol>`;
  const times = html`<p class="anatomy-times"></p>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;

  function update({config, batchSize, tokens}: AnatomyData): void {
    const parts = anatomy(config, batchSize, tokens);
    const total = parameterCount(config);
    const first = parts.findIndex(({inBlock}) => inBlock);
    const end = parts.findLastIndex(({inBlock}) => inBlock) + 1;
    const show = (list: Part[]) => list.map((part) => partRow(part, total, config.nLayer));
    before.replaceChildren(...show(parts.slice(0, first)));
    block.replaceChildren(...show(parts.slice(first, end)));
    after.replaceChildren(...show(parts.slice(end)));
    setText(times, config.nLayer === 1 ? "The block, once" : `The block, ${config.nLayer} times over`);
    stats.update(statistics({config, batchSize, tokens}));
    setText(reading, summary(parts, total));
  }
  const node = html`<figure class="figure anatomy-figure">${stats}${reading}
    ${before}<div class="anatomy-block">${times}${block}</div>${after}</figure>`;
  update(data);
  return asFigure(node, update);
}

function partRow(part: Part, total: number, nLayer: number): HTMLElement {
  const share = total > 0 ? part.parameters / total : 0;
  const row = html`<li class="anatomy-part">
    <div class="anatomy-name">${part.name}</div>
    <p class="anatomy-does">${part.does}</p>
    <div class="anatomy-shape">${shapeText(part.output)}</div>
    <div class="anatomy-cost">${costs(part, share, nLayer)}</div>
  </li>` as HTMLElement;
  if (part.hue) row.style.setProperty("--part", hue(part.hue));
  row.style.setProperty("--share", share.toFixed(4));
  return row;
}

/** "[B, T, C] = [1, 256, 96]". */
function shapeText({letters, sizes}: Shape): HTMLElement {
  return html`<span><span aria-hidden="true">↓ </span><code>[${letters.join(", ")}]</code> = <code>[${sizes.map(formatCount).join(", ")}]</code></span>` as HTMLElement;
}

function costs(part: Part, share: number, nLayer: number): string {
  const all = part.inBlock && nLayer > 1 ? " in all layers" : "";
  const learned =
    part.parameters > 0
      ? [`${formatCount(part.parameters)} parameters${all}, ${formatPercent(share)} of the model`]
      : [];
  const computed = part.flops > 0 ? [`${formatFlops(part.flops)}${all}`] : [];
  return [...learned, ...computed].join("; ");
}

function statistics({config, batchSize, tokens}: AnatomyData) {
  const parameters = parameterCount(config);
  const memory = trainingMemory(config, {batchSize, tokens}, "none");
  const {forward, total} = flops(config, {batchSize, tokens});
  return [
    {label: "Parameters", value: formatCount(parameters)},
    {label: "As float32", value: formatBytes(4 * parameters)},
    {label: "One forward pass", value: formatFlops(forward.total)},
    {label: "One training step", value: formatFlops(total)},
    {label: "Training holds at least", value: formatBytes(memory.total)},
    {
      label: `Keys and values of ${formatCount(tokens)} tokens`,
      value: formatBytes(cacheBytes(config, tokens))
    }
  ];
}

/** What one should notice, in words. */
function summary(parts: Part[], total: number): string {
  const share = (pattern: RegExp) =>
    parts.filter(({name}) => pattern.test(name)).reduce((sum, {parameters}) => sum + parameters, 0) / total;
  return `Of all parameters ${formatPercent(share(/^Feed-forward/))} are in the feed-forward layers, ${formatPercent(share(/^(Queries|Projection)/))} in attention, ${formatPercent(share(/^(Embedding|Positions|Head)/))} in the tables at both ends. The bar behind each part is its share.`;
}
