import {execFile} from "node:child_process";
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
    /** Which browser the tests use, for people. */
    browser: string;
  }
}

/**
 * Builds the site with its own corpus and model, apart from the developer's `dist`, and serves it. SITE=FOLDER
 * tests a site that is already built instead.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const {browser, description} = await launchChromium();
  await browser.close();
  project.provide("browser", description);
  console.log(`Browser: ${description}`);

  const folder = process.env.SITE || (await build());
  const server = await serveFolder(folder, "/glass/");
  project.provide("siteFolder", folder);
  project.provide("siteUrl", server.url);
  return () => server.close();
}

async function build(): Promise<string> {
  const {CORPUS: _corpus, MODEL: _model, ...env} = process.env;
  const folder = join(projectRoot, "node_modules/.cache/glassformer/site");
  const program = [join(projectRoot, "node_modules/tsx/dist/cli.mjs"), join(projectRoot, "src/cli/build.ts")];
  try {
    await promisify(execFile)(process.execPath, program, {
      cwd: projectRoot,
      env: {...env, OUTPUT: folder},
      maxBuffer: 2 ** 26
    });
  } catch (error) {
    const {stdout, stderr} = error as {stdout?: string; stderr?: string};
    throw new Error(
      `The site that the browser tests visit was not built:\n${stdout ?? ""}\n${stderr ?? ""}`,
      {
        cause: error
      }
    );
  }
  return folder;
}
