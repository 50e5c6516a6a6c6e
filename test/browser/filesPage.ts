import type {Locator, Page} from "playwright-core";

/** Where the files of a model are chosen. */
export const files = (page: Page): Locator => page.locator(".model-files input[multiple]").first();

/** What a file chooser hands over. */
export const given = async (name: string, file: Blob) => ({
  name,
  mimeType: "application/octet-stream",
  buffer: Buffer.from(await file.arrayBuffer())
});
