import {html} from "htl";
import {characterLength} from "../text/characterLength.js";
import type {Ramp} from "./colors.js";
import {asFigure, type Figure} from "./figure.js";
import {tokenName, visibleToken} from "./format.js";

export interface TokenStripData {
  tokens: readonly string[];
  /** One step of the ramp, 0 … 5, for each token; without it the tokens are plain. */
  steps?: ArrayLike<number> | undefined;
  /** Tokens marked by a pattern and an underline (cut, impossible); the mark is part of their name. */
  marked?: ArrayLike<boolean | number> | undefined;
  /** The id of each token, which stands under it and in its name. */
  ids?: ArrayLike<number> | undefined;
  /** Tokens that another figure, or another part of this one, points at. */
  lit?: ArrayLike<boolean | number> | undefined;
  /** How many of the tokens have been written so far; the others keep their places and are not seen. All unless told. */
  written?: number | undefined;
  selected?: number | null | undefined;
}

export interface TokenStripOptions {
  /** What the run of tokens is, for people who cannot see it. */
  label: string;
  ramp?: Ramp;
  /** "strip" shows every space as ␣; "text" leaves spaces as they are, for reading. */
  flow?: "strip" | "text";
  /** What a marked token is called: "cut to zero". */
  markName?: string;
  /** The token under the pointer or the keyboard's focus; null when there is none. */
  onHover?: (index: number | null) => void;
  /** A token clicked, or chosen with Enter or Space. */
  onSelect?: (index: number) => void;
}

/** Tokens in one block. Blocks outside the window are not laid out, so that long texts stay quick. */
const BLOCK = 1000;

/**
 * A run of tokens that wraps. It is one stop for the Tab key; the arrows, Home and End move within it.
 * `update` changes only the tokens that differ, so it can follow a slider or a text that grows.
 */
export function tokenStrip(data: TokenStripData, options: TokenStripOptions): Figure<TokenStripData> {
  const {label, ramp = "surprise", flow = "strip", markName = "marked", onHover, onSelect} = options;
  const root = html`<div class=${`tokens tokens-${flow} ramp-${ramp}`} role="listbox" aria-label=${label}
    aria-orientation="horizontal"></div>` as HTMLElement;
  const spans: HTMLElement[] = [];
  const indexOf = new WeakMap<Element, number>();
  let tokens: readonly string[] = [];
  /** Tokens in the last block. */
  let inBlock = 0;
  let active = 0;
  let selected: number | null = null;

  function append(token: string): void {
    const index = spans.length;
    let block = root.lastElementChild;
    const full = inBlock >= (tokens[index - 1] === "\n" ? BLOCK : 2 * BLOCK);
    if (block === null || full) {
      inBlock = 0;
      block = document.createElement("div");
      block.className = "tokens-block";
      block.role = "presentation";
      root.append(block);
    }
    const span = document.createElement("span");
    span.className = "token";
    span.setAttribute("role", "option");
    span.setAttribute("aria-selected", "false");
    span.textContent = tokenText(token, flow);
    if (/^\s*$/.test(token)) span.setAttribute("aria-label", tokenName(token));
    indexOf.set(span, index);
    spans.push(span);
    block.append(span);
    inBlock += 1;
  }

  function setTokens(next: readonly string[]): void {
    let same = 0;
    while (same < spans.length && same < next.length && tokens[same] === next[same]) same += 1;
    for (const span of spans.splice(same)) {
      const block = span.parentElement!;
      span.remove();
      if (block.childElementCount === 0) block.remove();
    }
    if (tokens !== next) root.classList.toggle("tokens-parts", next.some(isLong));
    tokens = next;
    inBlock = root.lastElementChild?.childElementCount ?? 0;
    for (let i = same; i < next.length; i++) append(next[i]!);
    root.classList.toggle("tokens-empty", next.length === 0);
    makeActive(Math.min(active, Math.max(0, next.length - 1)));
  }

  function makeActive(index: number): void {
    spans[active]?.removeAttribute("tabindex");
    active = index;
    spans[active]?.setAttribute("tabindex", "0");
  }

  function select(index: number | null): void {
    if (selected !== null) spans[selected]?.setAttribute("aria-selected", "false");
    selected = index !== null && index >= 0 && index < spans.length ? index : null;
    if (selected === null) return;
    spans[selected]!.setAttribute("aria-selected", "true");
    if (!root.contains(document.activeElement)) makeActive(selected);
  }

  function update(next: TokenStripData): void {
    setTokens(next.tokens);
    for (let i = 0; i < spans.length; i++) {
      const span = spans[i]!;
      const step = next.steps === undefined ? "" : String(next.steps[i] ?? 0);
      if ((span.dataset.step ?? "") !== step) {
        if (step === "") delete span.dataset.step;
        else span.dataset.step = step;
      }
      const id = next.ids?.[i];
      if (id !== undefined) setId(span, tokens[i]!, id);
      span.classList.toggle("token-lit", Boolean(next.lit?.[i]));
      span.classList.toggle("token-unwritten", i >= (next.written ?? spans.length));
      const marked = Boolean(next.marked?.[i]);
      if (span.classList.contains("token-marked") !== marked) {
        span.classList.toggle("token-marked", marked);
        if (marked) span.setAttribute("aria-description", markName);
        else span.removeAttribute("aria-description");
      }
    }
    select(next.selected ?? null);
  }

  const tokenAt = (event: Event) => {
    const span = (event.target as Element).closest(".token");
    return span ? (indexOf.get(span) ?? null) : null;
  };
  let hovered: number | null = null;
  const hover = (index: number | null) => {
    if (index !== hovered) onHover?.(index);
    hovered = index;
  };
  root.addEventListener("pointerover", (event) => hover(tokenAt(event)));
  root.addEventListener("pointerleave", () => hover(null));
  root.addEventListener("focusin", (event) => hover(tokenAt(event)));
  root.addEventListener("focusout", () => hover(null));
  root.addEventListener("click", (event) => {
    const index = tokenAt(event);
    if (index === null) return;
    makeActive(index);
    onSelect?.(index);
  });
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || spans.length === 0) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onSelect?.(active);
      return;
    }
    const next = destination(event.key, active, spans);
    if (next === null) return;
    event.preventDefault();
    makeActive(next);
    spans[next]!.focus();
  });

  update(data);
  return asFigure(root, update);
}

/** The style sheet sets the id under the token, as text that is read out; a space is read by its name. */
function setId(span: HTMLElement, token: string, id: number): void {
  const text = String(id);
  if (span.dataset.id === text) return;
  span.dataset.id = text;
  if (/^\s*$/.test(token)) span.setAttribute("aria-label", `${tokenName(token)} ${text}`);
}

/** Whether a token is more than one character, so that a reader needs to see where it ends. */
const isLong = (token: string): boolean => token.length > 1 && characterLength(token) > 1;

function tokenText(token: string, flow: "strip" | "text"): string {
  // A line may break after a visible space, as it does after a real one.
  if (flow === "strip")
    return visibleToken(token) + (token.endsWith("\n") ? "\n" : /\s$/.test(token) ? "\u200b" : "");
  return token
    .split(/([ \n])/)
    .filter((part) => part !== "")
    .map((part) => (part === " " ? " " : part === "\n" ? "⏎\n" : visibleToken(part)))
    .join("");
}

/** Where a key leads from token `from`, or null for a key that does not move. Up and Down follow the lines. */
function destination(key: string, from: number, spans: readonly HTMLElement[]): number | null {
  const last = spans.length - 1;
  if (key === "ArrowRight") return Math.min(last, from + 1);
  if (key === "ArrowLeft") return Math.max(0, from - 1);
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  const step = key === "ArrowUp" ? -1 : 1;
  const {offsetTop, offsetLeft} = spans[from]!;
  let best = from;
  let line: number | null = null;
  for (let i = from + step; i >= 0 && i <= last; i += step) {
    const span = spans[i]!;
    if (span.offsetTop === offsetTop) continue;
    line ??= span.offsetTop;
    if (span.offsetTop !== line) break;
    if (
      best === from ||
      Math.abs(span.offsetLeft - offsetLeft) < Math.abs(spans[best]!.offsetLeft - offsetLeft)
    )
      best = i;
  }
  return best;
}
