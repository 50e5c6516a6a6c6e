import {html, svg} from "htl";
import {asFigure, type Figure} from "../../views/figure.js";
import {formatFixed} from "../../views/format.js";
import {bendAt, contribution, type Network, partOf, unitCount} from "./bends.js";
import {path} from "./plane.js";

export interface UnitListData {
  network: Network;
  unit: number;
}

const [WIDTH, HEIGHT] = [48, 34];

/** All hidden units, each as a small picture of what it adds; one can be chosen, by a press or with the arrow keys. */
export function unitList(data: UnitListData, onChoose: (unit: number) => void): Figure<UnitListData> {
  let current = data;
  let options: {node: HTMLElement; line: Element; zero: Element}[] = [];
  const node =
    html`<div class="unit-list" role="listbox" aria-label="Hidden units" aria-orientation="horizontal"></div>` as HTMLElement;

  function build(count: number): void {
    options = Array.from({length: count}, (_, unit) => {
      const line = svg`<path class="unit-line"></path>`;
      const zero = svg`<path class="unit-zero"></path>`;
      const option = html`<div role="option" tabindex="-1">
        ${svg`<svg width=${WIDTH} height=${HEIGHT} aria-hidden="true">${zero}${line}</svg>`}</div>` as HTMLElement;
      option.addEventListener("click", () => {
        onChoose(unit);
        option.focus();
      });
      return {node: option, line, zero};
    });
    node.replaceChildren(...options.map((option) => option.node));
  }

  node.addEventListener("keydown", (event) => {
    const last = options.length - 1;
    const to = {
      ArrowRight: current.unit + 1,
      ArrowDown: current.unit + 1,
      ArrowLeft: current.unit - 1,
      ArrowUp: current.unit - 1,
      Home: 0,
      End: last
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const unit = Math.max(0, Math.min(last, to));
    onChoose(unit);
    options[unit]!.node.focus();
  });

  function update(next: UnitListData): void {
    current = next;
    const {network, unit: chosen} = next;
    if (options.length !== unitCount(network)) build(unitCount(network));
    const ends = (unit: number) => [contribution(network, unit, -1), contribution(network, unit, 1)] as const;
    // All to one scale, so that a unit that does little looks it.
    const scale = Math.max(0.5, ...options.flatMap((_, unit) => ends(unit).map(Math.abs)));
    const px = (x: number) => ((x + 1) / 2) * (WIDTH - 4) + 2;
    const py = (y: number) => HEIGHT / 2 - (y / scale) * (HEIGHT / 2 - 3);
    options.forEach(({node, line, zero}, unit) => {
      zero.setAttribute(
        "d",
        path(
          [
            {x: -1, y: 0},
            {x: 1, y: 0}
          ],
          {px, py}
        )
      );
      line.setAttribute("d", path(partOf(network, unit), {px, py}));
      node.setAttribute("aria-selected", String(unit === chosen));
      node.setAttribute("aria-label", unitInWords(network, unit));
      node.tabIndex = unit === chosen ? 0 : -1;
    });
  }
  update(data);
  return asFigure(node, update);
}

/** What a unit does: "Unit 3 bends at x = 0.31: nothing to the left, slope 1.20 to the right". */
export function unitInWords(network: Network, unit: number): string {
  const slope = network.slopes[unit]!;
  const bend = bendAt(network, unit);
  const steepness = formatFixed(network.weights[unit]! * slope, 2);
  const name = `Unit ${unit + 1}`;
  if (bend > -1 && bend < 1) {
    const [silent, loud] = slope > 0 ? ["left", "right"] : ["right", "left"];
    return `${name} bends at x = ${formatFixed(bend, 2)}: nothing to the ${silent}, slope ${steepness} to the ${loud}`;
  }
  const isOn = network.biases[unit]! > 0; // its input at x = 0
  return isOn
    ? `${name} is straight here, with slope ${steepness}: it bends outside the picture`
    : `${name} adds nothing here: its input is nowhere above 0`;
}
