import {html} from "htl";
import {TOKEN_OF_BYTE} from "../../text/byteAlphabet.js";
import {button} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {formatPlural, visibleToken} from "../../views/format.js";
import {textField} from "./textField.js";
import {utf8Characters} from "./utf8Bits.js";

const FIRST = "Zoë: 5 € 🙂";
/** The longest text, in UTF-16 code units: each character is a row. */
const LONGEST = 24;

/** Each character of a short text with its Unicode number, its UTF-8 bytes bit by bit, and their token ids. */
export function byteFigure(): HTMLElement {
  const body = html`<tbody></tbody>`;
  const reading = html`<p class="figure-reading" role="status"></p>`;
  function show(text: string): void {
    const characters = utf8Characters(text);
    body.replaceChildren(
      ...characters.map(({character, name, bytes}) => {
        const hex = bytes.map(({hex}) => html`<span class="byte">${hex}</span>`);
        const bits = bytes.map(
          ({prefix, payload}) =>
            html`<span class="byte"><span class="byte-prefix">${prefix}</span>${payload}</span>`
        );
        const ids = bytes.map(({value}) => html`<span class="byte">${TOKEN_OF_BYTE[value]}</span>`);
        return html`<tr><th scope="row"><code>${visibleToken(character)}</code></th><td>${name}</td>
          <td class="bytes">${bytes.length > 0 ? hex : "none: half a character"}</td><td class="bytes">${bits}</td>
          <td class="bytes">${ids}</td></tr>`;
      })
    );
    const total = characters.reduce((sum, {bytes}) => sum + bytes.length, 0);
    setText(reading, `${formatPlural(characters.length, "character")}, ${formatPlural(total, "byte")}.`);
  }
  const field = textField({
    label: "A few characters",
    value: FIRST,
    rows: 1,
    maxLength: LONGEST,
    onText: show
  });
  const reset = button("Reset", () => {
    field.value = FIRST;
    show(FIRST);
  });
  show(FIRST);
  return html`<figure class="figure byte-figure" aria-label="Characters as UTF-8 bytes">${field}<p class="button-row">${reset}</p>${reading}
    <div class="scroll" tabindex="0" role="region" aria-label="Bytes of each character"><table>
      <thead><tr><th scope="col">Character</th><th scope="col">Unicode</th><th scope="col">Bytes, hexadecimal</th>
      <th scope="col">Bits</th><th scope="col">Token ids</th></tr></thead>${body}</table></div>
  </figure>` as HTMLElement;
}
