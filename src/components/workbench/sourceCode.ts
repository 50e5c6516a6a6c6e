import {html} from "htl";

/** The text of a source file with its name, folded. */
export function sourceCode(text: string, name: string): HTMLElement {
  return html`<details class="source"><summary><code>${name}</code></summary><pre tabindex="0"><code>${text}</code></pre></details>` as HTMLElement;
}
