import {html} from "htl";
import {setText, uniqueId} from "../views/figure.js";

export interface Prediction {
  /** What is about to happen, as a question. */
  question: string;
  /** Answers to choose from; one of them is right. */
  choices: readonly string[];
  right: number;
  /** Why, said after the choice; computed numbers go in here. */
  because: string | Node;
}

/**
 * "Predict, then reveal": the answer is shown only when the reader has committed to one of their own. `onReveal` lets a
 * figure show what the question was about.
 */
export function predict(
  {question, choices, right, because}: Prediction,
  {onReveal}: {onReveal?: () => void} = {}
): HTMLElement {
  if (!(right in choices)) throw new RangeError(`Choice ${right} of “${question}” does not exist.`);
  const group = uniqueId("predict");
  const verdict = html`<p class="predict-verdict"></p>`;
  const reason = html`<div class="predict-reason" hidden>${because}</div>` as HTMLElement;
  const inputs = choices.map(
    (_, i) => html`<input type="radio" name=${group} value=${i}>` as HTMLInputElement
  );
  const button = html`<button type="button" class="button" disabled>Reveal</button>` as HTMLButtonElement;
  const live = html`<div role="status">${verdict}${reason}</div>`;
  const labels = inputs.map((input, i) => html`<label>${input} ${choices[i]}</label>` as HTMLElement);

  for (const input of inputs)
    input.addEventListener("change", () => {
      button.disabled = false;
    });
  button.addEventListener("click", () => {
    const chosen = inputs.findIndex((input) => input.checked);
    setText(verdict, chosen === right ? "So it is." : `Not quite: the answer is “${choices[right]}”.`);
    labels[right]!.classList.add("predict-right");
    reason.hidden = false;
    onReveal?.();
  });
  return html`<fieldset class="predict"><legend>Predict, then reveal</legend>
    <p>${question}</p>${labels}
    <p class="button-row">${button}</p>${live}
  </fieldset>` as HTMLElement;
}

/** "Check yourself": a question whose answer is one press away. */
export function checkYourself(question: string, answer: string | Node): HTMLElement {
  return html`<details class="check-yourself"><summary>Check yourself: ${question}</summary><div>${answer}</div></details>` as HTMLElement;
}
