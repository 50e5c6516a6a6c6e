import {html} from "htl";
import {setText} from "../../views/figure.js";
import {tokenStrip} from "../../views/tokenStrip.js";
import {hiddenFigure} from "./hiddenFigure.js";
import {layerNormFigure} from "./layerNormFigure.js";
import {lineReader, type SiteModel} from "./lineReader.js";
import type {LineTrace} from "./lineTrace.js";
import {streamFigure} from "./streamFigure.js";

export interface LineDeskData {
  trace: LineTrace;
  /** The LayerNorm that the chapter looks at; null where the model has none. */
  norm: {gain: number[]; bias: number[] | null} | null;
}

/** The figures of one line that the site's model has read; a token pointed at in one is pointed at in all. */
export interface LineDesk {
  line: HTMLElement;
  stream: HTMLElement;
  norm: HTMLElement | null;
  hidden: HTMLElement;
  dispose(): void;
}

export function lineDesk({trace: shipped, norm}: LineDeskData, site: SiteModel): LineDesk {
  let trace = shipped;
  let position = Math.min(4, trace.tokens.length - 1);
  const shown = () => ({...trace, position});
  const normData = () => ({
    x: trace.normInput[position]!,
    token: trace.tokens[position]!,
    position,
    gain: norm?.gain ?? [],
    bias: norm?.bias ?? null
  });

  const strips = ["The line, for the stream", "The line, for LayerNorm"].map((label) =>
    tokenStrip(
      {tokens: trace.tokens, selected: position},
      {label, onSelect: point, onHover: (t) => t !== null && point(t)}
    )
  );
  const stream = streamFigure(shown());
  const hidden = hiddenFigure(shown(), {onPosition: point});
  const normFigure = norm && layerNormFigure(normData());

  function point(next: number): void {
    if (next === position) return;
    position = next;
    update();
  }
  function update(): void {
    for (const strip of strips) strip.update({tokens: trace.tokens, selected: position});
    stream.update(shown());
    hidden.update(shown());
    normFigure?.update(normData());
  }
  const note = html`<p class="figure-note"></p>`;
  const say = (isShipped: boolean) =>
    setText(
      note,
      isShipped
        ? "Read by the model that ships with this site, when the site was built."
        : "Read by the model that ships with this site, in this browser, just now."
    );
  say(true);
  const reader = lineReader(site, {
    initial: shipped.tokens.join(""),
    onTrace(next) {
      trace = next;
      position = Math.min(position, trace.tokens.length - 1);
      say(false);
      update();
    },
    onReset() {
      trace = shipped;
      position = Math.min(4, trace.tokens.length - 1);
      say(true);
      update();
    }
  });
  return {
    line: reader.node,
    stream: html`<div>${strips[0]}${stream}${note}</div>` as HTMLElement,
    norm: normFigure && (html`<div>${strips[1]}${normFigure}</div>` as HTMLElement),
    hidden,
    dispose: () => reader.dispose()
  };
}
