import {html} from "htl";
import {setText, uniqueId} from "../../views/figure.js";
import {formatFixed, formatPercent, tokenName, visibleToken} from "../../views/format.js";
import {type ForcingRow, forcingRows, meanLoss} from "./forcingRows.js";
import type {BigramTrace} from "./trace.js";

export interface ForcingOptions {
  /** The characters of a window, T inputs and one more. */
  text: readonly string[];
  vocabulary: readonly string[];
  models: BigramTrace["window"]["models"];
}

/**
 * One window: what each place reads, what it should say next, how likely the model held that. Fed with the true text
 * (teacher forcing) or with the model's own guesses.
 */
export function forcingFigure({text, vocabulary, models}: ForcingOptions): HTMLElement {
  let model = models[0]!;
  let isForced = true;
  const body = html`<tbody></tbody>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const radios = (legend: string, labels: string[], choose: (i: number) => void) => {
    const name = uniqueId("forcing");
    const inputs = labels.map((_, i) => {
      const input = html`<input type="radio" name=${name} value=${i}>` as HTMLInputElement;
      input.checked = i === 0;
      input.addEventListener("change", () => {
        choose(i);
        show();
      });
      return input;
    });
    return html`<fieldset class="choice"><legend>${legend}</legend>${inputs.map((input, i) => html`<label>${input} ${labels[i]}</label>`)}</fieldset>`;
  };
  const node = html`<figure class="figure forcing">
    ${radios("Feed each place with", ["the true text", "the model’s own guesses"], (i) => {
      isForced = i === 0;
    })}
    ${
      models.length > 1
        ? radios(
            "Model",
            models.map(({name}) => name),
            (i) => {
              model = models[i]!;
            }
          )
        : null
    }
    <div class="scroll" tabindex="0" role="region" aria-label="The window, place by place"><table>
      <thead><tr><th scope="col" class="number">Place</th><th scope="col">It reads</th><th scope="col">Target</th><th scope="col" class="bar-cell"><span class="visually-hidden">Bar</span></th>
        <th scope="col" class="number" aria-label="Probability of the target">p</th><th scope="col" class="number">−ln p</th><th scope="col" class="forcing-guess">Guess</th></tr></thead>
      ${body}</table></div>${reading}</figure>` as HTMLElement;

  function show(): void {
    const rows = forcingRows(text, vocabulary, isForced ? model.forced : model.free, isForced);
    body.replaceChildren(...rows.map(rowNode));
    const strayed = rows.find(({hasStrayed}) => hasStrayed);
    const mean = `The mean of all ${rows.length} losses is ${formatFixed(meanLoss(rows))} nats`;
    setText(
      reading,
      isForced
        ? `${mean}: the loss of this window. Each place needs only what is written to its left, so all are computed at once.`
        : strayed
          ? `From place ${strayed.place} on it reads a text of its own, and the targets are answers to another question. ${mean}, and each place had to wait for the one before.`
          : `${mean}. Its guesses happened to be the text itself.`
    );
  }
  show();
  return node;
}

function rowNode({place, seen, target, probability, loss, guess, hasStrayed}: ForcingRow): Element {
  const isRight = guess === target;
  return html`<tr class=${hasStrayed ? "strayed" : null}><td class="number">${place}</td>
    <td class="forcing-seen"><code>${seen.slice(0, -1).map(visibleToken).join("")}<b>${visibleToken(seen.at(-1)!)}</b></code></td>
    <td><code>${visibleToken(target)}</code></td>
    <td class="bar-cell" aria-hidden="true"><span class="bar-track"><span class="bar bar-kept" style=${`width: ${(100 * probability).toFixed(2)}%`}></span></span></td>
    <td class="number">${formatPercent(probability)}</td><td class="number">${formatFixed(loss)}</td>
    <td class="forcing-guess"><code aria-label=${`${tokenName(guess)}, ${isRight ? "right" : "wrong"}`}>${visibleToken(guess)}</code> <span aria-hidden="true">${isRight ? "✓" : "✗"}</span></td></tr>`;
}
