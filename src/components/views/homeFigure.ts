import {html} from "htl";
import {attentionStep} from "./colors.js";
import {setText} from "./figure.js";
import {formatPercent, tokenName, visibleToken} from "./format.js";
import {Playback} from "./playback.js";
import {tokenStrip} from "./tokenStrip.js";

export interface HomeData {
  /** A line that the model has read. */
  tokens: readonly string[];
  /** For each position, the likeliest next tokens, most probable first. */
  next: readonly (readonly {token: string; probability: number}[])[];
  /** One head's weights, and which head that is ("layer 3, head 2"); null for a model without attention. */
  attention: {
    headName: string;
    /** For each query, the weights of the keys that it may see, from the first. */
    weights: readonly ArrayLike<number>[];
  } | null;
  /** The position shown at first; the middle of the line unless told. */
  start?: number;
}

export interface HomeOptions {
  /** Whether the line writes itself at once; else only when the reader asks. */
  plays?: boolean;
}

const ROWS = 6;

/** Milliseconds a token: slow enough to see the likeliest one fall into its place. */
const PACE = 240;

/**
 * One line, and what a trained model made of it: at each token what it expected next and where it looked. Played, the
 * line writes itself again, from its first token, until the reader points at it.
 */
export function homeFigure(data: HomeData, {plays = false}: HomeOptions = {}): HTMLElement {
  const {tokens, next, attention} = data;
  const start = Math.max(0, Math.min(tokens.length - 1, data.start ?? Math.floor(tokens.length / 2)));
  let chosen = start;
  /** The last token written, while the line is being written. */
  let at: number | null = plays && tokens.length > 1 ? 0 : null;

  const stripData = (query: number) => {
    const row = attention?.weights[query];
    const steps = tokens.map((_, key) => attentionStep(row?.[key] ?? 0));
    return {
      tokens,
      steps,
      selected: tokens.length > 0 ? query : null,
      written: at === null ? undefined : at + 1
    };
  };
  const strip = tokenStrip(stripData(chosen), {
    label: "A line that the model has read. Choose a token to see what it expected after it.",
    ramp: "attention",
    flow: "text",
    onHover: (index) => {
      if (index === null && at !== null) return; // the pointer left before the line began
      playback.pause();
      show(index ?? chosen);
    },
    onSelect: (index) => {
      chosen = index;
      show(index);
    }
  });
  const play = html`<button type="button" class="button">Write it again</button>` as HTMLButtonElement;
  const playback = new Playback(
    () => {
      at = (at ?? -1) + 1;
      show(at);
      return at < tokens.length - 1 && node.isConnected;
    },
    (isPlaying) => {
      play.textContent = isPlaying ? "Pause" : "Write it again";
      // A screen reader would be told of every token.
      reading.setAttribute("aria-live", isPlaying ? "off" : "polite");
      if (isPlaying) return;
      // Written to its end, the line rests at the place that is shown at first.
      chosen = at === tokens.length - 1 ? start : (at ?? chosen);
      at = null;
      show(chosen);
    },
    PACE
  );
  play.addEventListener("click", () => (playback.isPlaying ? playback.pause() : playback.play()));
  const heading = html`<p class="figure-title"></p>`;
  const list = html`<ol class="expect"></ol>`;
  const rows = Array.from({length: ROWS}, () => {
    const token = html`<code></code>`;
    const bar = html`<span class="bar bar-kept"></span>` as HTMLElement;
    const share = html`<span class="number"></span>`;
    const row =
      html`<li>${token}<span class="bar-track" aria-hidden="true">${bar}</span>${share}</li>` as HTMLElement;
    list.append(row);
    return {row, token, bar, share};
  });
  const reading = html`<p class="figure-reading" aria-live="polite"></p>` as HTMLElement;

  function show(query: number): void {
    strip.update(stripData(query));
    const expected = next[query] ?? [];
    const came = tokens[query + 1];
    setText(
      heading,
      tokens.length === 0 ? "Nothing to read yet" : `Expected after ${tokenName(tokens[query]!)}`
    );
    rows.forEach(({row, token, bar, share}, i) => {
      const guess = expected[i];
      row.hidden = guess === undefined;
      if (!guess) return;
      setText(token, visibleToken(guess.token));
      bar.style.width = `${(100 * Math.max(0, Math.min(1, guess.probability))).toFixed(1)}%`;
      setText(share, formatPercent(guess.probability));
      row.classList.toggle("expect-came", guess.token === came);
    });
    setText(reading, readPosition(expected, came, attention?.headName));
  }
  show(at ?? chosen);
  const controls = tokens.length > 1 ? html`<p class="button-row">${play}</p>` : null;
  const node =
    html`<figure class="figure home-figure">${strip}<div class="home-expect">${heading}${list}</div>${reading}${controls}</figure>` as HTMLElement;
  // Once it is in the page, which it is not yet.
  if (at !== null) setTimeout(() => playback.play());
  return node;
}

function readPosition(
  expected: readonly {token: string; probability: number}[],
  came: string | undefined,
  headName: string | undefined
): string {
  const shade = headName === undefined ? "" : ` The shading shows where ${headName} looked.`;
  if (came === undefined) return `Nothing has been written after this token yet.${shade}`;
  const rank = expected.findIndex(({token}) => token === came);
  const verdict =
    rank === 0
      ? "as expected"
      : rank > 0
        ? `its guess number ${rank + 1}`
        : `not among its first ${expected.length} guesses`;
  return `What came was ${tokenName(came)}, ${verdict}.${shade}`;
}
