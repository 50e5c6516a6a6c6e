import {readFileSync} from "node:fs";
import {expect, it} from "vitest";
import {SITE_VERSION} from "../src/components/siteVersion.js";

it("is the package's version", () => {
  const {version} = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  expect(SITE_VERSION).toBe(version);
});
