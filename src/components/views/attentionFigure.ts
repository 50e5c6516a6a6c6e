import {html} from "htl";
import {attentionStep} from "./colors.js";
import {asFigure, type Figure} from "./figure.js";
import {type Head, headGrid} from "./headGrid.js";
import {heatMap} from "./heatMap.js";
import {tokenStrip} from "./tokenStrip.js";

export interface AttentionData {
  /** The T tokens. */
  tokens: readonly string[];
  /** [L, H, T, T], row-major. */
  attention: Float32Array;
  /** Layers that attend, and heads of queries in each. */
  nLayer: number;
  nHead: number;
  /** Whether queries see no later keys; so unless told otherwise. */
  causal?: boolean;
}

export interface AttentionOptions {
  /** The head shown large at first. */
  head?: Head;
  /** Told when the reader chooses another head. */
  onHead?: (head: Head) => void;
}

/**
 * The attention of every head: tokens, the grid of heads and one head large, linked. Pointing at a token, or
 * at a row of the map, shades the tokens that it attends to; a click keeps it. `update` takes another trace
 * and keeps what was chosen as far as it still exists; the query then is the last token.
 */
export function attentionFigure(data: AttentionData, options: AttentionOptions = {}): Figure<AttentionData> {
  let current = data;
  let head: Head = nearestHead(options.head ?? {layer: 0, head: 0}, data);
  let selected = data.tokens.length - 1;
  let hovered: number | null = null;

  const weights = () => {
    const length = current.tokens.length ** 2;
    const start = (head.layer * current.nHead + head.head) * length;
    return current.attention.subarray(start, start + length);
  };
  const query = () => Math.max(0, hovered ?? selected);
  const stripData = () => {
    const {tokens, causal = true} = current;
    const matrix = weights();
    const steps = Array.from(tokens, (_, key) =>
      !causal || key <= query() ? attentionStep(matrix[query() * tokens.length + key] ?? 0) : 0
    );
    return {tokens, steps, selected: tokens.length > 0 ? query() : null};
  };
  const mapData = () => ({
    weights: weights(),
    tokens: current.tokens,
    causal: current.causal ?? true,
    title: `Layer ${head.layer + 1}, head ${head.head + 1}`,
    selected: query()
  });
  const gridData = () => {
    const {attention, nLayer, nHead, tokens, causal = true} = current;
    return {attention, nLayer, nHead, size: tokens.length, causal, selected: head};
  };

  const strip = tokenStrip(stripData(), {
    label: "Tokens, shaded by the attention that the chosen one pays to them",
    ramp: "attention",
    onHover: (index) => {
      hovered = index;
      strip.update(stripData());
      map.update(mapData());
    },
    onSelect: (index) => {
      selected = index;
      hovered = null;
      strip.update(stripData());
      map.update(mapData());
    }
  });
  const map = heatMap(mapData(), {
    onHover: (cell) => {
      hovered = cell?.query ?? null;
      strip.update(stripData());
    },
    onSelect: (index) => {
      selected = index;
      strip.update(stripData());
    }
  });
  const grid = headGrid(gridData(), {
    onSelect: (chosen) => {
      head = chosen;
      strip.update(stripData());
      map.update(mapData());
      options.onHead?.(chosen);
    }
  });

  const node = html`<figure class="figure attention-figure" aria-label="The attention of every head">
    ${strip}
    <div class="attention-panes">
      <section class="attention-heads"><p class="figure-title">Layers down, heads across</p>${grid}</section>
      ${map}
    </div>
  </figure>`;

  return asFigure(node, (next: AttentionData) => {
    const grew = next.tokens.length !== current.tokens.length;
    current = next;
    head = nearestHead(head, next);
    hovered = null;
    if (grew || selected < 0) selected = next.tokens.length - 1;
    strip.update(stripData());
    grid.update(gridData());
    map.update(mapData());
  });
}

function nearestHead({layer, head}: Head, {nLayer, nHead}: AttentionData): Head {
  return {layer: Math.min(layer, nLayer - 1), head: Math.min(head, nHead - 1)};
}
