import {html} from "htl";
import {excerpt} from "./excerpt.js";

/**
 * The running source of one or more declarations, as a figure: the text comes from the file itself. Throws RangeError
 * where a name is not declared there.
 */
export function sourceExcerpt(source: string, file: string, ...names: string[]): HTMLElement {
  const text = names.map((name) => excerpt(source, name)).join("\n\n");
  return html`<figure class="source-excerpt"><figcaption>The code that runs: <code>${file}</code></figcaption>
    <pre tabindex="0" aria-label=${`Source of ${names.join(", ")}`}><code>${text}</code></pre>
  </figure>` as HTMLElement;
}
