import {createHash} from "node:crypto";
import {expect, it} from "vitest";
import {finishPage, finishStyle} from "../../src/cli/finishPages.js";

const framework = `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, maximum-scale=1">
<meta name="description" content="A site.">
<script src="./a.js"></script>
<script type="module">
import "./b.js";
</script>
</head>
<body>
<input id="observablehq-sidebar-toggle" type="checkbox" title="Toggle sidebar">
<nav id="observablehq-sidebar">
  <ol><li class="observablehq-link observablehq-link-active"><a href="./">Home</a></li></ol>
</nav>
<main id="observablehq-main" class="observablehq"></main>
</body>
</html>
`;

it("names the language and lets the reader zoom", () => {
  const html = finishPage(framework);
  expect(html).toContain(`<html lang="en">`);
  expect(html).toContain(`content="width=device-width, initial-scale=1"`);
});

it("allows exactly the inline scripts of the page, and no other origin", () => {
  const policy =
    /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(finishPage(framework))?.[1] ?? "";
  const hash = createHash("sha256").update('\nimport "./b.js";\n').digest("base64");
  expect(policy).toContain(`script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}';`);
  expect(policy.match(/sha256-/g)).toHaveLength(1);
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/);
  expect(policy).not.toContain("http");
});

it("gives the switch of the contents a name and a landmark, and the keyboard a way past them", () => {
  const html = finishPage(framework);
  expect(html).toMatch(
    /<header id="page-head"><a class="skip-link" href="#observablehq-main">[^<]+<\/a>\n<input id="observablehq-sidebar-toggle" type="checkbox" aria-label="[^"]+"><\/header>/
  );
  expect(html).toContain(`<nav id="observablehq-sidebar" aria-label="Contents">`);
  expect(html).toContain(`<a aria-current="page" href="./">`);
  expect(
    finishStyle(
      "#observablehq-sidebar-toggle:checked~#observablehq-sidebar,#observablehq-sidebar-toggle:indeterminate ~ a{}"
    )
  ).toBe(
    "#page-head:has(#observablehq-sidebar-toggle:checked)~#observablehq-sidebar,#page-head:has(#observablehq-sidebar-toggle:indeterminate)~ a{}"
  );
});

it("lets the keyboard scroll code that is wider than the page", () => {
  const code = framework.replace("</main>", '<pre data-language="sh"><code>npm ci</code></pre></main>');
  expect(finishPage(code)).toContain('<pre tabindex="0" data-language="sh"><code>npm ci</code></pre>');
});

it("asks at once for the data that cells read first, and only for those", () => {
  const html = finishPage(
    framework.replace(
      `import "./b.js";`,
      `registerFile("./data/a.json", {"name":"./data/a.json","mimeType":"application/json","path":"./_file/data/a.12.json"});
registerFile("./data/b.json", {"name":"./data/b.json","mimeType":"application/json","path":"./_file/data/b.34.json"});
const figure = draw(await FileAttachment("./data/a.json").json(), FileAttachment("./data/b.json").href);`
    )
  );
  expect(html.match(/<link rel="preload"[^>]*>/g)).toEqual([
    `<link rel="preload" as="fetch" href="./_file/data/a.12.json" crossorigin>`
  ]);
});

it("throws when Framework's pages change their form", () => {
  expect(() => finishPage("<html></html>")).toThrow(/lacks the expected/);
});
