import {setTimeout as pause} from "node:timers/promises";
import {inject} from "vitest";

/** Runs before each file of browser tests: waits until the site is built. Throws Error with the build's output where it failed. */
for (;;) {
  const answer = await fetch(inject("siteState"));
  if (answer.ok && answer.status !== 202) break;
  if (!answer.ok) throw new Error(await answer.text());
  await pause(500);
}
