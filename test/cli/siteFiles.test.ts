import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect, it} from "vitest";
import {siteFiles, sitePages} from "../../src/cli/siteFiles.js";

it("lists all files, and the pages that show something", async () => {
  const folder = mkdtempSync(join(tmpdir(), "site-"));
  try {
    mkdirSync(join(folder, "data"));
    writeFileSync(join(folder, "lab.html"), "<h1>The lab</h1>");
    writeFileSync(join(folder, "train.html"), "<script>movedTo({to: 'lab'})</script>");
    writeFileSync(join(folder, "data", "card.html"), "");
    expect(await siteFiles(folder)).toEqual(["data/card.html", "lab.html", "train.html"]);
    expect(await sitePages(folder)).toEqual(["lab.html"]);
  } finally {
    rmSync(folder, {recursive: true});
  }
});
