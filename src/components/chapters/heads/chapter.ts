import {html} from "htl";
import {lazily} from "../../book/lazily.js";
import {predict} from "../../book/predict.js";
import {capital, formatFixed, formatPercent} from "../../views/format.js";
import {notice} from "../../views/notice.js";
import {headsDesk} from "./desk.js";
import {habits} from "./habits.js";
import {bestHead, changeOf, habitSentence, headName, readHeadsPage} from "./headFacts.js";
import type {ModelFiles} from "./headReader.js";
import {headsFigure} from "./headsFigure.js";
import type {HeadsPage, MeasuredHeads} from "./headsPage.js";
import {headsPrediction} from "./headsPrediction.js";
import {lazyReader, type OpenReader} from "./lazyReader.js";
import {costTable, scoreTable} from "./scoreTable.js";
import {silencingFigure} from "./silencingFigure.js";
import {splitFigure} from "./splitFigure.js";

/** The chapter's figures over one state; null where the shipped model has no heads to look into. */
export function headsChapter(page: HeadsPage, files: ModelFiles, open?: OpenReader) {
  const measured = readHeadsPage(page);
  if (!measured) return null;
  const reader = lazyReader(files, open);
  const desk = headsDesk(measured, reader);
  const figures = lazily({
    heads: () => headsFigure(desk),
    split: () => splitFigure(measured.split),
    scores: () => scoreTable(desk),
    costs: () => costTable(desk),
    silencing: () => silencingFigure(desk),
    prediction: () => predict(headsPrediction(measured))
  });
  return Object.assign(figures, {measured, dispose: () => reader.dispose()});
}

/** What stands where a figure would, for a model without heads. */
export const noHeads = (): HTMLElement =>
  notice({
    kind: "info",
    message:
      "The model that this site ships has no layers of several heads to look into. The text holds for models that have."
  });

/** The habits, what each is, and which head has it: a list written from the measurements. */
export function habitList(measured: MeasuredHeads): HTMLElement {
  return html`<dl class="habits">${habits.map(
    ({name, looksAt, counted}, habit) => html`<div><dt>${capital(name)}</dt>
      <dd>The weight on ${looksAt(measured.unit)}, counted ${counted(measured.unit)}. <strong>${habitSentence(measured, habit)}</strong></dd></div>`
  )}</dl>` as HTMLElement;
}

/** For the heads of the clearest habits: what their silence costs where the habit matters, and over all. */
export function whereItCosts({scores, costs, model, unit, ...rest}: MeasuredHeads, rows = 4): HTMLElement {
  const measured = {scores, costs, model, unit, ...rest};
  const best = habits
    .map((_, habit) => ({habit, best: bestHead(measured, habit)}))
    .filter(({best}) => best && best.strength !== "none")
    .sort((a, b) => b.best!.weight - a.best!.weight)
    .slice(0, rows);
  if (best.length === 0) return html`<p>No head of this model has a habit of the table.</p>` as HTMLElement;
  return html`<div class="scroll"><table class="where-it-costs"><thead><tr><th scope="col">Habit</th><th scope="col">Head with most of it</th>
    <th scope="col">Weight</th><th scope="col">Rise of the loss at its places</th><th scope="col">Rise over all</th></tr></thead>
    <tbody>${best.map(
      ({
        habit,
        best
      }) => html`<tr><th scope="row">${habits[habit]!.name}</th><td>${headName(best!.head, model.nHead)}</td>
      <td>${formatPercent(best!.weight)}</td><td>${formatFixed(costs.risesAt[best!.head * habits.length + habit]!, 3)}</td>
      <td>${formatFixed(costs.rises[best!.head]!, 3)}</td></tr>`
    )}</tbody></table></div>` as HTMLElement;
}

/** Numbers for the prose. */
export function headsNumbers({model, costs, text, scores, unit}: MeasuredHeads) {
  const cheap = costs.rises.filter((rise) => rise < costs.loss / 10).length;
  const sum = costs.rises.reduce((total, rise) => total + rise, 0);
  return {
    heads: model.nLayer * model.nHead,
    D: model.nEmbd / model.nHead,
    tokens: text.windows * text.length,
    cheap,
    cheapest: changeOf(Math.min(...costs.rises), unit),
    sum: formatFixed(sum, 2),
    addUp: Math.abs(costs.allSilenced - costs.loss - sum) < 0.1 * Math.abs(sum),
    loss: formatFixed(costs.loss, 3),
    allSilenced: formatFixed(costs.allSilenced, 2),
    allRise: formatFixed(costs.allSilenced - costs.loss, 2),
    oneALayer: formatFixed(costs.oneALayer, 2),
    places: scores.places
  };
}
