import {html} from "htl";
import {parameterCount} from "../model/parameters.js";
import {uniqueId} from "../views/figure.js";
import {formatPlural} from "../views/format.js";
import {rangeInput} from "../views/rangeInput.js";
import {MOST_WORKERS} from "./checkTeam.js";
import type {TeamPlan} from "./protocol.js";
import {ringFigure} from "./ringFigure.js";
import {ringCount} from "./sentences.js";
import {replicas} from "./team.js";
import {type TeamPanelOptions, teamPanel} from "./teamPanel.js";

export interface TeamFigureData {
  plan: TeamPlan;
  /** V, of the text that the plan names. */
  vocabSize: number;
}

/** Data parallelism: the ring, and k real workers that average their gradients round it. `dispose` ends them. */
export function dataFigure(
  {plan, vocabSize}: TeamFigureData,
  run?: TeamPanelOptions["run"]
): HTMLElement & {dispose(): void} {
  const workers = rangeInput({
    label: "Workers, k",
    min: 1,
    max: MOST_WORKERS,
    step: 1,
    value: 4,
    format: String,
    hint: coresHint()
  });
  const id = uniqueId("batch");
  const batch =
    html`<input type="number" id=${id} min="1" max="1024" value=${plan.train.batchSize}>` as HTMLInputElement;
  const ring = ringFigure({size: workers.value});
  workers.addEventListener("input", () => ring.update({size: workers.value}));
  const panel = teamPanel({
    settings: html`<div class="team-settings">${workers}
      <div class="field"><label for=${id}>Batch, rows of all workers together</label>${batch}</div></div>` as HTMLElement,
    read: () => ({
      plan: {...plan, train: {...plan.train, batchSize: Number(batch.value)}},
      roles: replicas(workers.value),
      team: formatPlural(workers.value, "worker")
    }),
    count: (step, roles) => ringCount(roles.length, parameterCount({...plan.model, vocabSize}), step),
    ...(run && {run})
  });
  const node =
    html`<figure class="figure team-figure" aria-label="Workers that share the rows of a batch">${ring}${panel}</figure>` as HTMLElement;
  return Object.assign(node, {dispose: () => panel.dispose()});
}

function coresHint(): string {
  const cores = globalThis.navigator?.hardwareConcurrency;
  return cores
    ? `This browser names ${formatPlural(cores, "core")}; more workers than cores wait for one another.`
    : "More workers than the machine has cores wait for one another.";
}
