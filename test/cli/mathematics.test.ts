import MarkdownIt from "markdown-it";
import {expect, it} from "vitest";
import {renderMathematics} from "../../src/cli/mathematics.js";

const md = renderMathematics(new MarkdownIt({html: true}));

it("sets a fenced block as displayed MathML and nothing else", () => {
  const html = md.render("```tex\n\\sqrt{d}\n```\n");
  expect(html).toMatch(/^<p class="mathematics"><span class="katex"><math[^>]* display="block">/);
  expect(html).toContain("<msqrt>");
  expect(html).not.toContain("katex-html");
});

it("sets $`…`$ within a line", () => {
  const html = md.render("The loss $`\\ln V`$ of a guess, `code`, and $5 or $6.");
  expect(html.match(/<math/g)).toHaveLength(1);
  expect(html).toContain("<code>code</code>, and $5 or $6.");
});

it("sets a function apart from what it is applied to, unless that stands in brackets", () => {
  const spaces = (tex: string) => md.render(`$\`${tex}\`$`).split("<mspace").length - 1;
  expect(spaces("\\ln V")).toBe(1);
  expect(spaces("\\ln(V) + \\exp\\left(x\\right)")).toBe(0);
});

it("leaves placeholders, unclosed dollars and other fences alone", () => {
  const text = `\${width} and $\`never closed`;
  expect(md.render(text)).toBe(`<p>${text}</p>\n`);
  expect(md.render("```js\n1 + 1\n```")).toContain("<code");
});

it("refuses TeX that it cannot read", () => {
  expect(() => md.render("$`\\frac{1}`$")).toThrow(/KaTeX/);
});
