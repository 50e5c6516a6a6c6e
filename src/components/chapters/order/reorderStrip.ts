import {html} from "htl";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {tokenName, visibleToken} from "../../views/format.js";
import {moved} from "./reordering.js";

export interface ReorderStripData {
  tokens: readonly string[];
  /** The token at each place, by its index in `tokens`; the last place keeps the last token. */
  order: readonly number[];
}

/**
 * A line of tokens that can be put in another order, all but the last: with the pointer by dragging, with the keyboard
 * by Enter, the arrows and Enter again. It is one stop for the Tab key.
 */
export function reorderStrip(
  data: ReorderStripData,
  {label, onReorder}: {label: string; onReorder: (order: number[]) => void}
): Figure<ReorderStripData> {
  let current = data;
  let active = 0;
  let held: number | null = null;
  let chips: HTMLElement[] = [];
  const list =
    html`<div class="order-strip" role="listbox" aria-orientation="horizontal" aria-label=${label}></div>` as HTMLElement;
  const said = html`<p class="visually-hidden" role="status"></p>`;
  const node = html`<div>${list}${said}</div>`;

  function render(): void {
    const {tokens, order} = current;
    const last = order.length - 1;
    const hadFocus = list.contains(document.activeElement);
    chips = order.map((index, place) => {
      const token = tokens[index]!;
      const name = `${tokenName(token)}, place ${place + 1} of ${order.length}${place === last ? ", the last, which stays" : ""}`;
      const chip =
        html`<span role="option" class="order-chip" aria-label=${name}>${visibleToken(token)}</span>` as HTMLElement;
      chip.tabIndex = place === active ? 0 : -1;
      chip.setAttribute("aria-selected", String(place === held));
      chip.classList.toggle("order-moved", index !== place);
      chip.classList.toggle("order-last", place === last);
      chip.dataset.place = String(place);
      return chip;
    });
    list.replaceChildren(...chips);
    if (hadFocus) chips[active]?.focus();
  }

  function focus(place: number): void {
    active = Math.max(0, Math.min(current.order.length - 1, place));
    for (const [i, chip] of chips.entries()) chip.tabIndex = i === active ? 0 : -1;
    chips[active]?.focus();
  }
  function hold(place: number | null): void {
    held = place;
    for (const [i, chip] of chips.entries()) chip.setAttribute("aria-selected", String(i === held));
  }
  function move(to: number): void {
    if (held === null) return;
    const order = moved(current.order, held, to);
    const place = Math.max(0, Math.min(order.length - 2, to));
    if (place === held) return;
    held = place;
    active = place;
    current = {...current, order};
    render();
    setText(said, `${tokenName(current.tokens[order[place]!]!)} is now at place ${place + 1}.`);
    onReorder(order);
  }

  list.addEventListener("keydown", (event) => {
    const last = current.order.length - 1;
    const to: Record<string, number> = {ArrowLeft: active - 1, ArrowRight: active + 1, Home: 0, End: last};
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (held !== null) {
        hold(null);
        setText(said, "Put down.");
      } else if (active < last) {
        hold(active);
        setText(said, "Picked up: the arrows move it, Enter puts it down.");
      } else setText(said, "The last token stays where it is.");
    } else if (event.key === "Escape") hold(null);
    else if (event.key in to) {
      event.preventDefault();
      if (held === null) focus(to[event.key]!);
      else move(to[event.key]!);
    }
  });
  list.addEventListener("focusout", (event) => {
    if (!list.contains(event.relatedTarget as Node | null) && event.relatedTarget) hold(null);
  });

  const placeOf = (target: Element | null) => {
    const chip = target?.closest<HTMLElement>(".order-chip");
    return chip && list.contains(chip) ? Number(chip.dataset.place) : null;
  };
  list.addEventListener("pointerdown", (event) => {
    const place = placeOf(event.target as Element);
    if (place === null || event.button !== 0) return;
    event.preventDefault();
    focus(place);
    if (place === current.order.length - 1) return;
    hold(place);
    list.setPointerCapture(event.pointerId);
  });
  list.addEventListener("pointermove", (event) => {
    if (held === null || !list.hasPointerCapture(event.pointerId)) return;
    const place = placeOf(document.elementFromPoint(event.clientX, event.clientY));
    if (place !== null) move(place);
  });
  for (const end of ["pointerup", "pointercancel"] as const)
    list.addEventListener(end, (event) => {
      if (list.hasPointerCapture(event.pointerId)) hold(null);
    });

  render();
  return asFigure(node, (next) => {
    current = next;
    active = Math.min(active, next.order.length - 1);
    held = null;
    render();
  });
}
