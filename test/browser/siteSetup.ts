import {execFile} from "node:child_process";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {join} from "node:path";
import {promisify} from "node:util";
import type {TestProject} from "vitest/node";
import {launchChromium} from "../../src/cli/chromium.js";
import {projectRoot} from "../../src/cli/framework.js";
import {serveFolder} from "../../src/cli/staticServer.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the built site is served: a subpath, so that no link may assume the host's root. */
    siteUrl: string;
    /** The folder of the built site. */
    siteFolder: string;
    /** What answers whether the site is built: with 202 while it is not, then with 200, or 500 and the reason. */
    siteState: string;
    /** Which browser the tests use, for people. */
    browser: string;
  }
}

/**
 * Builds the site with its own corpus and model, apart from the developer's `dist`, and serves it. SITE=FOLDER
 * tests a site that is already built instead. The other tests need no site, and do not wait for it: those in the
 * browser do, in siteReady.ts.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const {browser, description} = await launchChromium();
  await browser.close();
  project.provide("browser", description);
  console.log(`Browser: ${description}`);

  const building = process.env.SITE ? null : build();
  const folder = process.env.SITE || SITE;
  const server = await serveFolder(folder, "/glass/");
  const state = await tell(building?.done ?? Promise.resolve());
  project.provide("siteFolder", folder);
  project.provide("siteUrl", server.url);
  project.provide("siteState", state.url);
  return async () => {
    building?.stop();
    await Promise.all([server.close(), state.close()]);
  };
}

const SITE = join(projectRoot, "node_modules/.cache/glassformer/site");

/** The site's build, beside us; `done` rejects with all that it printed where it fails. */
function build(): {done: Promise<void>; stop(): void} {
  const {CORPUS: _corpus, MODEL: _model, ...env} = process.env;
  const program = [join(projectRoot, "node_modules/tsx/dist/cli.mjs"), join(projectRoot, "src/cli/build.ts")];
  const stopping = new AbortController();
  const running = promisify(execFile)(process.execPath, program, {
    cwd: projectRoot,
    env: {...env, OUTPUT: SITE},
    maxBuffer: 2 ** 26,
    signal: stopping.signal
  });
  const done = running.then(
    () => {},
    ({stdout, stderr}: {stdout?: string; stderr?: string}) => {
      throw new Error(
        `The site that the browser tests visit was not built:\n${stdout ?? ""}\n${stderr ?? ""}`
      );
    }
  );
  // Whoever needs the site hears of it; a run of other tests does not.
  done.catch(() => {});
  return {done, stop: () => stopping.abort()};
}

/** Answers other processes at `url`: 202 until that is done, then 200, or 500 with what went wrong. */
async function tell(done: Promise<void>): Promise<{url: string; close(): Promise<void>}> {
  let answer = {status: 202, text: ""};
  done.then(
    () => {
      answer = {status: 200, text: ""};
    },
    ({message}: Error) => {
      answer = {status: 500, text: message};
    }
  );
  const server = createServer((_, response) => void response.writeHead(answer.status).end(answer.text));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve()))
  };
}
