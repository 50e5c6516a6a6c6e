import type {Page} from "playwright-core";
import {inject} from "vitest";

/** Where each bench stands: its page, and the element that it is fetched into when a reader comes near. */
const rooms = {
  attend: ["lab.html", "#figure-attend"],
  profile: ["lab.html", "#figure-profile"],
  sample: ["sampling.html", "#figure-bench"],
  measure: ["measuring.html", "#figure-passage"]
} as const;

/** Goes to a room as a reader does: opens its page and scrolls there. */
export async function enter(page: Page, room: keyof typeof rooms): Promise<void> {
  const [file, place] = rooms[room];
  await page.goto(inject("siteUrl") + file, {waitUntil: "load"});
  await page.locator(`${place} > *`).first().waitFor({state: "attached"});
  // What stands above may still grow.
  await page.waitForFunction((place) => {
    const node = document.querySelector(place)!;
    node.scrollIntoView();
    return node.querySelector("button") !== null;
  }, place);
}
