import {html} from "htl";
import {formatPlural} from "../views/format.js";
import {rangeInput} from "../views/rangeInput.js";
import type {TeamFigureData} from "./dataFigure.js";
import {pipelineFigure} from "./pipelineFigure.js";
import {pipelineTimes} from "./pipelineTimes.js";
import {stageCount} from "./sentences.js";
import {stages} from "./team.js";
import {type TeamPanelOptions, teamPanel} from "./teamPanel.js";

/** Model parallelism: the cut, and two real workers that have the layers on either side of it. `dispose` ends them. */
export function modelFigure(
  {plan, vocabSize}: TeamFigureData,
  run?: TeamPanelOptions["run"]
): HTMLElement & {dispose(): void} {
  const {nLayer} = plan.model;
  const cut = rangeInput({
    label: "Blocks on worker 1",
    min: 0,
    max: nLayer,
    step: 1,
    value: nLayer >> 1,
    format: (value) => `${value} of ${formatPlural(nLayer, "block")}`
  });
  const pieces = rangeInput({
    label: "Micro-batches, m",
    min: 1,
    max: plan.train.batchSize,
    step: 1,
    value: 4,
    hint: `The ${formatPlural(plan.train.batchSize, "row")} of a batch are cut into so many pieces.`
  });
  const drawn = () => ({
    config: {...plan.model, vocabSize},
    batchSize: plan.train.batchSize,
    cut: cut.value,
    microBatches: pieces.value
  });
  const pipeline = pipelineFigure(drawn());
  for (const input of [cut, pieces]) input.addEventListener("input", () => pipeline.update(drawn()));
  const panel = teamPanel({
    settings: html`<div class="team-settings">${cut}${pieces}</div>` as HTMLElement,
    read: () => ({plan, roles: stages(cut.value, pieces.value), team: "two workers"}),
    count: stageCount,
    picture: pipelineTimes([]),
    ...(run && {run})
  });
  const node =
    html`<figure class="figure team-figure" aria-label="Two workers that share the layers of a model">${pipeline}${panel}</figure>` as HTMLElement;
  return Object.assign(node, {dispose: () => panel.dispose()});
}
