import {expect, it} from "vitest";
import {emptyFrame, moveSliders} from "../../../src/cli/bench/sliders.js";
import {useBrowser} from "../../browser/visit.js";

const visit = useBrowser();

const slider = (label: string) => `<label>${label} <input type="range" min="0" max="10"></label>`;

/** A page whose first slider comes, from the second time on, when everything else has long been at rest. */
const late = `<body>${slider("First")}${slider("Second")}<script>
  const isSecond = sessionStorage.length > 0;
  sessionStorage.opened = 1;
  setTimeout(() => document.body.insertAdjacentHTML("afterbegin", ${JSON.stringify(slider("Second"))}), isSecond ? 2500 : 100);
  addEventListener("input", () => { const end = performance.now() + 5; while (performance.now() < end); });
</script></body>`;

// Side by side, since most of both is waiting.
it.concurrent("moves every slider of a page, also one that comes late, and tells its own work", async () => {
  const {page, context} = await visit();
  await context.addInitScript("globalThis.__name = (f) => f");
  await context.route("http://bench.invalid/", (route) =>
    route.fulfill({contentType: "text/html", body: late})
  );
  const found = await moveSliders(page, 20, async () => void (await page.goto("http://bench.invalid/")));
  expect(found.map(({name}) => name)).toEqual(["Second", "First", "Second (3)"]);
  const empty = await emptyFrame(page, 20);
  for (const {times, work} of found) {
    expect(times).toHaveLength(20);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(5);
    // Five milliseconds of a busy clock are at most five of the thread's own, and some of them at least.
    expect(work).toBeGreaterThan(empty.work);
  }
});

it.concurrent("refuses a slider that says nothing", async () => {
  const {page, context} = await visit();
  await context.addInitScript("globalThis.__name = (f) => f");
  const body = `<body><label>Mute <input type="range" aria-valuetext="always"></label></body>`;
  await context.route("http://bench.invalid/", (route) => route.fulfill({contentType: "text/html", body}));
  const moved = moveSliders(page, 20, async () => void (await page.goto("http://bench.invalid/")));
  await expect(moved).rejects.toThrow("“Mute” says nothing new");
});
