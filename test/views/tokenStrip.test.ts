// @vitest-environment jsdom
import {afterEach, describe, expect, it, vi} from "vitest";
import {tokenStrip} from "../../src/components/views/tokenStrip.js";
import {press} from "./canvasless.js";

afterEach(() => document.body.replaceChildren());

const tokensOf = (node: Element) => [...node.querySelectorAll<HTMLElement>(".token")];

describe("tokenStrip", () => {
  it("shows where tokens of several characters end", () => {
    const node = tokenStrip({tokens: ["a", "😀"]}, {label: "x"});
    expect(node.classList.contains("tokens-parts")).toBe(false);
    node.update({tokens: ["a", " the"]});
    expect(node.classList.contains("tokens-parts")).toBe(true);
    node.update({tokens: ["a"]});
    expect(node.classList.contains("tokens-parts")).toBe(false);
  });

  it("draws a small run", () => {
    const node = tokenStrip(
      {tokens: ["a", " ", "\n"], steps: [0, 3, 5], marked: [0, 0, 1], selected: 1},
      {label: "Run"}
    );
    expect(node.outerHTML).toMatchInlineSnapshot(`
      "<div class="tokens tokens-strip ramp-surprise" role="listbox" aria-label="Run" aria-orientation="horizontal"><div class="tokens-block" role="presentation"><span class="token" role="option" aria-selected="false" data-step="0">a</span><span class="token" role="option" aria-selected="true" aria-label="space" data-step="3" tabindex="0">␣​</span><span class="token token-marked" role="option" aria-selected="false" aria-label="newline" data-step="5" aria-description="marked">⏎
      </span></div></div>"
    `);
  });

  it("writes ids under tokens and lights those that are pointed at", () => {
    const node = tokenStrip({tokens: ["a", " "], ids: [5, 7], lit: [0, 1]}, {label: "Run"});
    expect(tokensOf(node).map((token) => token.dataset.id)).toEqual(["5", "7"]);
    expect(tokensOf(node)[1]!.getAttribute("aria-label")).toBe("space 7");
    expect(tokensOf(node).map((token) => token.classList.contains("token-lit"))).toEqual([false, true]);
    node.update({tokens: ["a", " "], ids: [6, 7]});
    expect(tokensOf(node)[0]!.dataset.id).toBe("6");
    expect(node.querySelector(".token-lit")).toBeNull();
  });

  it("sets a reader's text as text", () => {
    const node = tokenStrip(
      {tokens: ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>"]},
      {label: "<b>"}
    );
    expect(node.querySelector("script, img, b")).toBeNull();
    expect(tokensOf(node)[0]!.textContent).toBe("<script>alert(1)</script>");
    expect(node.getAttribute("aria-label")).toBe("<b>");
  });

  it("is one tab stop and moves with the keys", () => {
    const onHover = vi.fn();
    const onSelect = vi.fn();
    const node = tokenStrip({tokens: ["a", "b", "c"]}, {label: "Run", onHover, onSelect});
    document.body.append(node);
    const tokens = tokensOf(node);
    expect(node.querySelectorAll("[tabindex]")).toHaveLength(1);
    tokens[0]!.focus();
    expect(press(tokens[0]!, "ArrowRight").defaultPrevented).toBe(true);
    expect(document.activeElement).toBe(tokens[1]);
    expect(tokens.map((token) => token.getAttribute("tabindex"))).toEqual([null, "0", null]);
    press(tokens[1]!, "End");
    press(tokens[2]!, "ArrowRight");
    expect(document.activeElement).toBe(tokens[2]);
    press(tokens[2]!, "Enter");
    expect(onSelect).toHaveBeenLastCalledWith(2);
    press(tokens[2]!, "Home");
    expect(document.activeElement).toBe(tokens[0]);
    expect(onHover.mock.calls.map(([index]) => index).filter((index) => index !== null)).toEqual([
      0, 1, 2, 0
    ]);
    expect(press(tokens[0]!, "x").defaultPrevented).toBe(false);
  });

  it("reports the pointer and its click", () => {
    const onHover = vi.fn();
    const onSelect = vi.fn();
    const node = tokenStrip({tokens: ["a", "b"]}, {label: "Run", onHover, onSelect});
    tokensOf(node)[1]!.dispatchEvent(new Event("pointerover", {bubbles: true}));
    tokensOf(node)[1]!.click();
    node.dispatchEvent(new Event("pointerleave"));
    expect(onHover.mock.calls).toEqual([[1], [null]]);
    expect(onSelect).toHaveBeenCalledWith(1);
  });

  it("keeps the nodes of an unchanged beginning, and survives shrinking to nothing", () => {
    const node = tokenStrip({tokens: ["a", "b", "c"], selected: 2}, {label: "Run"});
    const [a, b] = tokensOf(node);
    node.update({tokens: ["a", "b", "x", "y"], steps: [1, 2, 3, 4]});
    expect(tokensOf(node).map((token) => token.textContent)).toEqual(["a", "b", "x", "y"]);
    expect(tokensOf(node).slice(0, 2)).toEqual([a, b]);
    expect(tokensOf(node).map((token) => token.dataset.step)).toEqual(["1", "2", "3", "4"]);
    node.update({tokens: [], selected: 3});
    expect(tokensOf(node)).toHaveLength(0);
    expect(node.classList.contains("tokens-empty")).toBe(true);
    node.update({tokens: ["z"]});
    expect(tokensOf(node)[0]!.getAttribute("tabindex")).toBe("0");
  });

  it("breaks a long text into blocks, at line ends where it can", () => {
    const tokens = Array.from({length: 5000}, (_, i) => (i % 70 === 69 ? "\n" : "a"));
    const node = tokenStrip({tokens}, {label: "Run", flow: "text"});
    const blocks = [...node.children];
    expect(tokensOf(node)).toHaveLength(5000);
    expect(blocks.length).toBeGreaterThan(3);
    for (const block of blocks.slice(0, -1)) expect(block.textContent!.endsWith("⏎\n")).toBe(true);
  });

  it("leaves spaces as they are in a text for reading", () => {
    const node = tokenStrip({tokens: [" the", "\t", "\n\n"]}, {label: "Run", flow: "text"});
    expect(tokensOf(node).map((token) => token.textContent)).toEqual([" the", "⇥", "⏎\n⏎\n"]);
  });
});
