import {html} from "htl";
import type {SiteFiles} from "./model.js";
import {attentionPanel} from "./panels/attentionPanel.js";
import {continuationPanel} from "./panels/continuationPanel.js";
import {distributionPanel} from "./panels/distributionPanel.js";
import {measureNumbers, surprisePanel} from "./panels/measurePanel.js";
import {modelPanel} from "./panels/modelPanel.js";
import type {Panel} from "./panels/panel.js";
import {passageInput} from "./panels/passageInput.js";
import {promptInput} from "./panels/promptInput.js";
import {samplingControls} from "./panels/samplingControls.js";
import {Studio, type StudioViews} from "./studio.js";

/** A page's instruments as one node. The model is looked for when the page has been painted. */
export type Bench = HTMLElement & {dispose(): void};

/** Attend: the attention over a short continuation, large. */
export function attendBench(site: SiteFiles): Bench {
  return bench(site, {steps: 40, attention: true, passage: false}, (studio) => ({
    name: "attend",
    top: [promptInput(studio, {rows: 2})],
    controls: [samplingControls(studio)],
    figures: [continuationPanel(studio), attentionPanel()]
  }));
}

/** Sample: every view at once. */
export function sampleBench(site: SiteFiles): Bench {
  return bench(site, {steps: 120, attention: true, passage: true}, (studio) => ({
    name: "sample",
    top: [],
    controls: [promptInput(studio), samplingControls(studio), measureNumbers()],
    figures: [continuationPanel(studio, {choose: true}), distributionPanel(), attentionPanel()]
  }));
}

/** Measure: the surprise of a passage. */
export function measureBench(site: SiteFiles): Bench {
  return bench(site, {steps: 0, attention: false, passage: true}, (studio) => ({
    name: "measure",
    top: [passageInput(studio)],
    controls: [samplingControls(studio, {seed: false}), measureNumbers()],
    figures: [surprisePanel()]
  }));
}

interface Parts {
  name: string;
  /** Over the whole width. */
  top: Panel[];
  /** Beside the figures where there is room, and always in sight there. */
  controls: Panel[];
  figures: Panel[];
}

function bench(site: SiteFiles, views: StudioViews, lay: (studio: Studio) => Parts): Bench {
  const studio = new Studio({site, views});
  const model = modelPanel(studio);
  const {name, top, controls, figures} = lay(studio);
  const node = html`<div class=${`studio studio-${name}`}>${model}${top}
    <div class="studio-panes"><div class="studio-controls">${controls}</div><div class="studio-figures">${figures}</div></div>
  </div>` as HTMLElement;
  studio.subscribe((state) => {
    for (const panel of [model, ...top, ...controls, ...figures]) panel.update(state);
  });
  requestAnimationFrame(() => setTimeout(() => void studio.start()));
  return Object.assign(node, {dispose: () => studio.dispose()});
}
