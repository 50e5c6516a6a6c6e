import type {Prediction} from "../../book/predict.js";
import {capital, formatFixed} from "../../views/format.js";
import {habits} from "./habits.js";
import {bestHead, byCost, changeOf, habitOf, headName} from "./headFacts.js";
import type {MeasuredHeads} from "./headsPage.js";

/** Answers to choose from. */
const CHOICES = 4;

/** "Whose silence costs most?": the head that it is, and those with the clearest habits. */
export function headsPrediction(measured: MeasuredHeads): Prediction {
  const {model, costs, unit} = measured;
  const order = byCost(measured);
  const costliest = order[0]!;
  const clearest = habits
    .map((_, habit) => bestHead(measured, habit))
    .filter((best) => best !== null)
    .sort((a, b) => b.weight - a.weight)
    .map(({head}) => head);
  const chosen = [...new Set([costliest, ...clearest, ...order])].slice(0, CHOICES).sort((a, b) => a - b);
  const named = (head: number) => {
    const own = habitOf(measured, head);
    return `${capital(headName(head, model.nHead))}: ${own ? own.habit.name : "no habit of the table"}`;
  };
  const others = chosen.filter((head) => head !== costliest);
  const rest = others.map((head) => `${headName(head, model.nHead)}: ${formatFixed(costs.rises[head]!, 3)}`);
  const first = costs.rises.slice(0, model.nHead).reduce((sum, rise) => sum + rise, 0);
  const all = costs.rises.reduce((sum, rise) => sum + rise, 0);
  const where =
    all > 0 && model.nLayer > 1
      ? ` The heads of the first layer hold ${formatFixed((100 * first) / all, 0)}% of the sum of all rises.`
      : "";
  return {
    question: `Each head is silenced in turn, and the others stay as they are. Whose silence raises the loss most?`,
    choices: chosen.map(named),
    right: chosen.indexOf(costliest),
    because: `Without ${headName(costliest, model.nHead)} the loss of ${formatFixed(costs.loss, 3)} ${changeOf(costs.rises[costliest]!, unit)}. The others: ${rest.join("; ")}.${where} A clear habit makes a head easy to name. It does not make it important.`
  };
}
