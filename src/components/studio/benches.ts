import {html} from "htl";
import {Examination} from "./examination.js";
import type {TextFiles} from "./heldOutSource.js";
import type {SiteFiles} from "./model.js";
import {attentionPanel} from "./panels/attentionPanel.js";
import {continuationPanel} from "./panels/continuationPanel.js";
import {distributionPanel} from "./panels/distributionPanel.js";
import {heldOutPanel} from "./panels/heldOutPanel.js";
import {measureNumbers, surprisePanel} from "./panels/measurePanel.js";
import {modelPanel} from "./panels/modelPanel.js";
import type {Panel} from "./panels/panel.js";
import {passageInput} from "./panels/passageInput.js";
import {promptInput} from "./panels/promptInput.js";
import {samplePanel} from "./panels/samplePanel.js";
import {samplingControls} from "./panels/samplingControls.js";
import {Studio, type StudioViews} from "./studio.js";

/** A page's instruments as one node. The model is looked for when the page has been painted. */
export type Bench = HTMLElement & {dispose(): void};

/** The lab's Attend: the attention over a short continuation, large. */
export function attendBench(site: SiteFiles): Bench & {studio: Studio} {
  return bench(site, {steps: 40, attention: true, passage: false}, (studio) => ({
    name: "attend",
    top: [promptInput(studio, {rows: 2})],
    controls: [samplingControls(studio)],
    figures: [continuationPanel(studio), attentionPanel()]
  }));
}

/** Chapter 10's bench: every view at once. */
export function sampleBench(site: SiteFiles): Bench & {studio: Studio} {
  return bench(site, {steps: 120, attention: true, passage: true}, (studio) => ({
    name: "sample",
    top: [],
    controls: [promptInput(studio), samplingControls(studio), measureNumbers()],
    figures: [continuationPanel(studio, {choose: true}), distributionPanel(), attentionPanel()]
  }));
}

/** Chapter 11's: the surprise of a passage; and, apart from it on the page, the same model on its held-out text. */
export function measureBench(site: SiteFiles & TextFiles): MeasureBench {
  const passage = bench(site, {steps: 0, attention: false, passage: true}, (studio) => ({
    name: "measure",
    top: [passageInput(studio)],
    controls: [samplingControls(studio, {seed: false}), measureNumbers()],
    figures: [surprisePanel()]
  }));
  const {studio} = passage;
  const examination = new Examination({files: site, changed: () => show()});
  const panels = [heldOutPanel(examination), samplePanel(examination, studio)] as const;
  let framed = false;
  function show(): void {
    if (framed) return;
    framed = true;
    requestAnimationFrame(() => {
      framed = false;
      const {model} = studio.state;
      for (const panel of panels) panel.update({...examination.state, model});
    });
  }
  studio.subscribe(({model}) => {
    if (!model) return;
    examination.use(model);
    show();
  });
  const [heldOut, sample] = panels;
  return Object.assign(passage, {
    heldOut,
    sample,
    dispose() {
      examination.dispose();
      studio.dispose();
    }
  });
}

/** Chapter 11's three instruments. */
export type MeasureBench = Bench & {heldOut: HTMLElement; sample: HTMLElement};

interface Parts {
  name: string;
  /** Over the whole width. */
  top: Panel[];
  /** Beside the figures where there is room, and always in sight there. */
  controls: Panel[];
  figures: Panel[];
}

function bench(
  site: SiteFiles,
  views: StudioViews,
  lay: (studio: Studio) => Parts
): Bench & {studio: Studio} {
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
  return Object.assign(node, {studio, dispose: () => studio.dispose()});
}
