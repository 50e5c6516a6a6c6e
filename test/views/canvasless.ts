import {vi} from "vitest";

/** jsdom has no canvas and says so loudly; figures must do without one, and these tests ask for nothing drawn. */
export function withoutCanvas(): void {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
}

/** A key pressed on a node, as a person would. */
export function press(node: Element, key: string): KeyboardEvent {
  const event = new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true});
  node.dispatchEvent(event);
  return event;
}
