import {createHash} from "node:crypto";
import {expect, it} from "vitest";
import {finishPage} from "../../src/cli/finishPages.js";

const framework = `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, maximum-scale=1">
<script src="./a.js"></script>
<script type="module">
import "./b.js";
</script>
</head>
<body></body>
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

it("throws when Framework's pages change their form", () => {
  expect(() => finishPage("<html></html>")).toThrow(/lacks the expected/);
});
