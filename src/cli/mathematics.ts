import katex from "katex";
import type MarkdownIt from "markdown-it";

/**
 * Mathematics in pages, set as MathML while the site is built: no script, style sheet or font reaches the
 * reader. A fenced block marked `tex` is displayed; GitHub's $`…`$ stands within a line. Plain dollars mean
 * nothing, so that they stay free for Framework's ${…}. TeX that KaTeX cannot read throws and fails the build.
 */
export function renderMathematics(md: MarkdownIt): MarkdownIt {
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, index, options, environment, self) => {
    const token = tokens[index];
    if (token?.info.trim() === "tex") return `<p class="mathematics">${toMathml(token.content, true)}</p>\n`;
    return fence
      ? fence(tokens, index, options, environment, self)
      : self.renderToken(tokens, index, options);
  };

  md.inline.ruler.before("backticks", "mathematics", (state, silent) => {
    if (!state.src.startsWith("$`", state.pos)) return false;
    const end = state.src.indexOf("`$", state.pos + 2);
    if (end < 0 || end >= state.posMax) return false;
    if (!silent) state.push("mathematics", "", 0).content = state.src.slice(state.pos + 2, end);
    state.pos = end + 2;
    return true;
  });
  md.renderer.rules.mathematics = (tokens, index) => toMathml(tokens[index]?.content ?? "", false);

  return md;
}

function toMathml(tex: string, displayMode: boolean): string {
  const mathml = katex.renderToString(tex, {
    output: "mathml",
    displayMode,
    throwOnError: true,
    strict: "error"
  });
  // Between a function's name and what it is applied to, MathML sets no space of its own; before a bracket none belongs.
  return mathml.replace(
    /<mo>\u2061<\/mo>(?!(<mrow>)*<mo[^>]*>[([{])/g,
    '$&<mspace width="0.1667em"></mspace>'
  );
}
