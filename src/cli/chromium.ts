import {existsSync} from "node:fs";
import {delimiter, join} from "node:path";
import {type Browser, chromium} from "playwright-core";
import {packageRunsHere, unpackChromium} from "./chromiumPackage.js";

export interface FoundChromium {
  executable: string;
  env: Record<string, string>;
  /** Where it came from, for people. */
  origin: string;
}

/**
 * Headless Chromium with WebGPU, on a software adapter where there is no GPU, and without the browser's own
 * traffic (updates, field trials), so that every request seen is the site's.
 */
const flags = [
  "--no-sandbox",
  // Containers give /dev/shm too little.
  "--disable-dev-shm-usage",
  "--enable-unsafe-webgpu",
  "--enable-unsafe-swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
];

/**
 * The Chromium to test with: the one named in the variable CHROMIUM, else one installed on the system, else the
 * one in the npm package `@sparticuz/chromium`, which CHROMIUM=npm asks for outright. Throws Error when there is
 * none.
 */
export async function findChromium(): Promise<FoundChromium> {
  const wanted = process.env.CHROMIUM;
  if (wanted && wanted !== "npm") {
    if (!existsSync(wanted)) throw new Error(`CHROMIUM is ${wanted}, and there is no such file.`);
    return {executable: wanted, env: {}, origin: "named by CHROMIUM"};
  }
  const installed = wanted === "npm" ? undefined : installedBrowsers().find((path) => existsSync(path));
  if (installed) return {executable: installed, env: {}, origin: "installed on this system"};
  if (!packageRunsHere)
    throw new Error(
      "No Chrome or Chromium was found. Install one, or name its program in the variable CHROMIUM."
    );
  const {executable, libraries, fonts} = await unpackChromium();
  const path = [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  return {
    executable,
    env: {LD_LIBRARY_PATH: path, FONTCONFIG_FILE: fonts},
    origin: "from the npm package @sparticuz/chromium"
  };
}

/**
 * Starts it, without a route to any host but this one: what a page asks of another fails. The description names
 * version, origin and file.
 */
export async function launchChromium(): Promise<{browser: Browser; description: string}> {
  const {executable, env, origin} = await findChromium();
  const browser = await chromium.launch({
    executablePath: executable,
    args: flags,
    env: {...(process.env as Record<string, string>), ...env}
  });
  return {browser, description: `Chromium ${browser.version()}, ${origin} (${executable})`};
}

function installedBrowsers(): string[] {
  if (process.platform === "darwin")
    return [
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium"
    ];
  if (process.platform === "win32")
    return [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA]
      .filter((folder) => folder !== undefined)
      .map((folder) => join(folder, "Google/Chrome/Application/chrome.exe"));
  const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
  return (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
}
