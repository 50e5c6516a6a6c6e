import {existsSync} from "node:fs";
import type MarkdownIt from "markdown-it";
import {renderMathematics} from "./src/cli/mathematics.js";
import {chapters} from "./src/components/book/chapters.js";

const description =
  "A transformer that explains itself by being one: a GPT trains in your own browser tab, and every view answers its sliders.";

// Framework escapes it; a # would be escaped twice.
const icon =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><g fill='rgb(181,84,28)'><path d='M1 1h4v4H1zM6 6h4v4H6zM11 11h4v4h-4z'/><path opacity='.5' d='M1 6h4v4H1zM6 11h4v4H6z'/><path opacity='.25' d='M1 11h4v4H1z'/></g></svg>";

/** A fork's own name. */
const name = process.env.NAME || "Glassformer";

export default {
  root: "src",
  output: process.env.OUTPUT || "dist",
  title: name,
  home: name,
  pages: [
    {
      name: "The book",
      open: true,
      // A fork may leave a chapter out by deleting its page.
      pages: chapters
        .filter(({path}) => existsSync(`src/${path}.md`))
        .map(({number, title, path}) => ({name: `${number}. ${title}`, path: `/${path}`}))
        .concat({name: "Concepts", path: "/concepts"})
    },
    {name: "Outgrowing the tab", path: "/outgrow"}
  ],
  style: "style.css",
  globalStylesheets: [],
  head: `<meta name="description" content="${description}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${icon}">`,
  footer:
    "This site computes in this tab: what you type, drop or train never leaves your device. MIT licence.",
  search: false,
  // Chapters lead on themselves.
  pager: false,
  toc: false,
  // Links name files (lab.html), which any static host serves, under any path.
  preserveExtension: true,
  markdownIt: (md: MarkdownIt) => renderMathematics(md)
};
