import {expect, it} from "vitest";
import {excerpt} from "../../src/components/book/excerpt.js";

const source = `import x from "x";

/** One line. */
const NUMBER = -1e9;

/**
 * Several
 * lines.
 */
export function first(
  a: number
): number {
  if (a) {
    return 1;
  }

  return 2;
}

/** Arrow. */
export const second = (a: number): number =>
  a +
  1;

export const third = {
  a: 1
} as const;
// the end
`;

it.each([
  ["NUMBER", "/** One line. */\nconst NUMBER = -1e9;"],
  ["second", "/** Arrow. */\nexport const second = (a: number): number =>\n  a +\n  1;"],
  ["third", "export const third = {\n  a: 1\n} as const;"]
])("takes %s with its comment", (name, text) => {
  expect(excerpt(source, name)).toBe(text);
});

it("takes a function whole", () => {
  const text = excerpt(source, "first");
  expect(text.startsWith("/**\n * Several")).toBe(true);
  expect(text.endsWith("  return 2;\n}")).toBe(true);
});

it("refuses a name that is not declared, though it may be used", () => {
  expect(() => excerpt(source, "x")).toThrow("The source declares nothing named x.");
});

it("takes a method by its class, without its indentation", () => {
  const text = excerpt(
    `export class Other {
  take(): void {}
}
class Box {
  size = 1;

  /** What it holds. */
  private async take(
    count: number
  ): Promise<number> {
    return count;
  }

  last(): void {}
}
`,
    "Box.take"
  );
  expect(text).toBe(
    "/** What it holds. */\nprivate async take(\n  count: number\n): Promise<number> {\n  return count;\n}"
  );
  expect(() => excerpt("class Box {\n  last(): void {}\n}", "Box.take")).toThrow("nothing named Box.take");
});
