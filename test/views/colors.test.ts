import {readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {
  attentionPosition,
  attentionStep,
  contrast,
  HUES,
  hue,
  parseHex,
  RAMP_STEPS,
  rampPixels,
  surpriseStep
} from "../../src/components/views/colors.js";

/** The colours that the stylesheet defines for one theme; dark falls back on light, as the cascade does. */
function themes(): Record<"light" | "dark", Map<string, string>> {
  const css = readFileSync(new URL("../../src/style.css", import.meta.url), "utf8");
  const [head, ...rest] = css.split("@media (prefers-color-scheme: dark)");
  const read = (text: string) => [...text.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)];
  const light = new Map(read(head!).map(([, name, value]) => [name!, value!]));
  const dark = new Map(read(rest.join("")).map(([, name, value]) => [name!, value!]));
  return {light, dark};
}

describe.each(["light", "dark"] as const)("the %s theme", (name) => {
  const theme = themes()[name];
  const ratio = (a: string, b: string) => contrast(parseHex(theme.get(a)!), parseHex(theme.get(b)!));

  it("defines every hue, ramp and ground itself", () => {
    const ramps = ["attention", "surprise"].flatMap((r) =>
      Array.from({length: RAMP_STEPS}, (_, i) => `${r}-${i}`)
    );
    for (const property of [...HUES, ...ramps, "paper", "paper-sunk", "ink", "ink-soft", "rule", "rule-soft"])
      expect(theme.has(property), property).toBe(true);
  });

  it("keeps text at AA (4.5) on both grounds", () => {
    for (const property of [...HUES, "ink", "ink-soft"])
      for (const ground of ["paper", "paper-sunk"])
        expect(ratio(property, ground), `${property} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    expect(ratio("on-accent", "query")).toBeGreaterThanOrEqual(4.5);
  });

  it("keeps tokens legible on every step of both ramps", () => {
    const inks = ["ink", "attention-ink-low", "attention-ink-low", "attention-ink-middle"];
    for (let step = 0; step < RAMP_STEPS; step++) {
      expect(ratio("surprise-ink", `surprise-${step}`), `surprise ${step}`).toBeGreaterThanOrEqual(4.5);
      const ink = inks[step] ?? "attention-ink-high";
      expect(ratio(ink, `attention-${step}`), `attention ${step}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("orders each ramp from the ground's lightness to the other end", () => {
    for (const ramp of ["attention", "surprise"]) {
      const ratios = Array.from({length: RAMP_STEPS}, (_, i) => ratio(`${ramp}-${i}`, "paper"));
      expect(ratios).toEqual([...ratios].sort((a, b) => a - b));
    }
  });
});

describe("scales", () => {
  it("steps surprise at its bits; unmeasured is the first step, impossible the last", () => {
    expect([0, 0.49, 0.5, 1.5, 3, 5, 8, Infinity, Number.NaN].map(surpriseStep)).toEqual([
      0, 0, 1, 2, 3, 4, 5, 5, 0
    ]);
  });

  it("places weights by their square root and survives what is no weight", () => {
    expect([0, 0.25, 1, 2, -1, Number.NaN].map(attentionPosition)).toEqual([0, 0.5, 1, 1, 0, 0]);
    expect([0, 0.04, 0.36, 1].map(attentionStep)).toEqual([0, 1, 3, 5]);
  });

  it("reads hexadecimal colours, and grey where there is none", () => {
    expect(parseHex(" #0a1b2c ")).toEqual([10, 27, 44]);
    expect(parseHex("#fff")).toEqual([255, 255, 255]);
    expect(parseHex("red")).toEqual([128, 128, 128]);
    expect(hue("query")).toBe("var(--query)");
  });

  it("interpolates opaque pixels between the stops", () => {
    const pixels = rampPixels(
      [
        [0, 0, 0],
        [100, 200, 50],
        [255, 255, 255]
      ],
      5
    );
    const bytes = new Uint8Array(pixels.buffer);
    expect([...bytes.slice(0, 4)]).toEqual([0, 0, 0, 255]);
    expect([...bytes.slice(4, 8)]).toEqual([50, 100, 25, 255]);
    expect([...bytes.slice(8, 12)]).toEqual([100, 200, 50, 255]);
    expect([...bytes.slice(16, 20)]).toEqual([255, 255, 255, 255]);
  });

  it("computes WCAG contrast", () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
    expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
  });
});
