import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {
  capital,
  formatBits,
  formatBytes,
  formatCount,
  formatDuration,
  formatFixed,
  formatFlops,
  formatPercent,
  formatPlural,
  formatRate,
  tokenName,
  visibleToken
} from "../../src/components/views/format.js";

describe("numbers", () => {
  it("groups thousands and agrees with its noun", () => {
    expect(formatCount(12288)).toBe("12,288");
    expect(formatCount(Number.NaN)).toBe("–");
    expect(formatPlural(1, "step")).toBe("1 step");
    expect(formatPlural(1200, "step")).toBe("1,200 steps");
    expect(formatPlural(0, "loss", "losses")).toBe("0 losses");
  });

  it("writes any number as the browser's own formatter would", () => {
    fc.assert(
      fc.property(
        fc.double({noNaN: true, noDefaultInfinity: true}),
        fc.integer({min: 0, max: 4}),
        (x, decimals) => {
          // A tie in decimal is none in binary: the two may part at the last digit of 1.005.
          fc.pre(!/5$/.test(String(x)));
          const intl = new Intl.NumberFormat("en-GB", {
            minimumFractionDigits: decimals,
            maximumFractionDigits: decimals
          });
          const own = formatFixed(x, decimals);
          expect(own).toBe(intl.format(/[1-9]/.test(own) ? x : 0).replace("-", "−"));
        }
      ),
      {numRuns: 2000}
    );
    expect(formatCount(-1234567)).toBe("−1,234,567");
    expect(formatCount(1e21)).toBe("1,000,000,000,000,000,000,000");
  });

  it("counts operations with a prefix, in three figures", () => {
    expect([0, 512, 999, 1000, 12_345, 2.306e9, 999.6e9, 4.2e16].map(formatFlops)).toEqual([
      "0 FLOP",
      "512 FLOP",
      "999 FLOP",
      "1.00 kFLOP",
      "12.3 kFLOP",
      "2.31 GFLOP",
      "1.00 TFLOP",
      "42.0 PFLOP"
    ]);
    expect(formatFlops(Number.NaN)).toBe("–");
  });

  it("keeps decimals, the minus sign, infinity and never a negative zero", () => {
    expect(formatFixed(2.2064, 3)).toBe("2.206");
    expect(formatFixed(-1.5, 1)).toBe("−1.5");
    expect(formatFixed(-0.001, 2)).toBe("0.00");
    expect(formatFixed(Infinity)).toBe("∞");
    expect(formatFixed(-Infinity)).toBe("−∞");
    expect(formatFixed(Number.NaN)).toBe("–");
    expect(formatBits(2.309)).toBe("2.31 bits");
  });

  it.each([
    [0, "0%"],
    [-1e-16, "0%"],
    [1e-6, "<0.01%"],
    [0.0004, "0.04%"],
    [0.123, "12.3%"],
    [0.99999, ">99.99%"],
    [1, "100%"],
    [Number.NaN, "–"]
  ])("writes the probability %d as %s", (p, text) => expect(formatPercent(p)).toBe(text));

  it.each([
    [1, "1 byte"],
    [999, "999 bytes"],
    [14200, "14.2 kB"],
    [999_999, "1.0 MB"],
    [3.7e9, "3.7 GB"]
  ])("writes %d bytes as %s", (n, text) => expect(formatBytes(n)).toBe(text));

  it.each([
    [0.42, "0.4 s"],
    [45, "45 s"],
    [59.7, "1 min 0 s"],
    [125, "2 min 5 s"],
    [3780, "1 h 3 min"],
    [3599.6, "1 h 0 min"],
    [-1, "–"],
    [Infinity, "–"]
  ])("writes %d seconds as %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  it("writes speeds in three figures", () => {
    expect(formatRate(14.234, "steps")).toBe("14.2 steps/s");
    expect(formatRate(18316, "tokens")).toBe("18,300 tokens/s");
    expect(formatRate(0.5, "steps")).toBe("0.50 steps/s");
  });
});

it("begins a sentence with a capital", () => {
  expect(capital("layer 1, head 2")).toBe("Layer 1, head 2");
  expect(capital("it is QK")).toBe("It is QK");
  expect(capital("")).toBe("");
});

describe("tokens", () => {
  it.each([
    [" ", "␣"],
    ["\n", "⏎"],
    ["\t", "⇥"],
    [" the", "␣the"],
    ["", "∅"],
    ["\u0000", "␀"],
    ["\u202e", "‹202E›"],
    ["\u200b", "‹200B›"],
    ["\ud800", "‹D800›"],
    ["\u0301", "◌\u0301"],
    ["é", "é"],
    ["😀", "😀"]
  ])("makes %j visible as %s", (token, text) => expect(visibleToken(token)).toBe(text));

  it("names white space and quotes the rest", () => {
    expect(tokenName(" ")).toBe("space");
    expect(tokenName("\n")).toBe("newline");
    expect(tokenName("a")).toBe("‘a’");
    expect(tokenName("")).toBe("nothing");
  });
});
