import {readFileSync} from "node:fs";
import {expect, it} from "vitest";
import {chapters} from "../../src/components/book/chapters.js";

it.each(chapters)("every concept of “$title” has its heading in the page", ({path, concepts}) => {
  const page = readFileSync(new URL(`../../src/${path}.md`, import.meta.url), "utf8");
  const headings = [...page.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading]) => slug(heading!));
  const ids = [...page.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id!);
  expect(concepts.length).toBeGreaterThan(0);
  for (const {term, anchor} of concepts)
    if (anchor !== undefined) expect([...headings, ...ids], term).toContain(anchor);
});

/** As Framework makes a heading's anchor. */
const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, "")
    .trim()
    .replace(/\s+/g, "-");
