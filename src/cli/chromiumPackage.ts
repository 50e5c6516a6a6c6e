import {execFileSync} from "node:child_process";
import {existsSync} from "node:fs";
import {chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile} from "node:fs/promises";
import {createRequire} from "node:module";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {brotliDecompressSync} from "node:zlib";

/**
 * The npm package `@sparticuz/chromium` carries a Chromium for Linux x64, the few shared libraries that a
 * minimal system lacks, and SwiftShader: Vulkan on the CPU. It unpacks them for cloud functions only, so we
 * unpack its archives ourselves, into `node_modules/.cache`, where `npm ci` clears them.
 */
const root = fileURLToPath(new URL("../../", import.meta.url));

export interface ChromiumPackage {
  /** The browser. */
  executable: string;
  /** What must be on LD_LIBRARY_PATH for it to start on a system without NSS. */
  libraries: string;
  /** For FONTCONFIG_FILE: the system's typefaces and one of the package's, without any of which a page crashes. */
  fonts: string;
}

export interface SwiftshaderPackage {
  /** For LD_LIBRARY_PATH: the Vulkan loader, `libvulkan.so.1`. */
  libraries: string;
  /** For VK_ICD_FILENAMES: which driver the loader should load. */
  driver: string;
}

/** Whether the package's binaries can run here at all. */
export const packageRunsHere = process.platform === "linux" && process.arch === "x64";

/** Unpacks the browser once and says where it lies. Throws Error on systems other than Linux x64. */
export async function unpackChromium(): Promise<ChromiumPackage> {
  const directory = await unpackOnce("chromium", async (to, from, place) => {
    await writeFile(join(to, "chromium"), brotliDecompressSync(await readFile(join(from, "chromium.br"))));
    await chmod(join(to, "chromium"), 0o755);
    for (const archive of ["swiftshader", "al2023", "fonts"])
      await unpackTar(join(from, `${archive}.tar.br`), to);
    await writeFile(join(to, "fonts.conf"), fontConfiguration(place));
  });
  return {
    executable: join(directory, "chromium"),
    libraries: join(directory, "lib"),
    fonts: join(directory, "fonts.conf")
  };
}

/** Unpacks SwiftShader once and says where it lies. Throws Error on systems other than Linux x64. */
export async function unpackSwiftshader(): Promise<SwiftshaderPackage> {
  const directory = await unpackOnce("swiftshader", (to, from) =>
    unpackTar(join(from, "swiftshader.tar.br"), to)
  );
  return {libraries: directory, driver: join(directory, "vk_swiftshader_icd.json")};
}

/** The package's own configuration names folders of cloud functions. */
function fontConfiguration(directory: string): string {
  const escaped = directory.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir>${escaped}/fonts</dir>
  <cachedir>${escaped}/fonts-cache</cachedir>
</fontconfig>
`;
}

/**
 * Fills a folder of the cache, all or nothing: other processes may want it at the same time. `fill` is given
 * the folder to write to, the package's archives, and where the folder will lie when it is complete.
 */
async function unpackOnce(
  name: string,
  fill: (to: string, from: string, place: string) => Promise<void>
): Promise<string> {
  if (!packageRunsHere)
    throw new Error(
      `The browser in the npm package @sparticuz/chromium runs on Linux x64 only, and this is ${process.platform} ${process.arch}. Install Chrome or Chromium and name it in the variable CHROMIUM.`
    );
  const archives = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "../../bin");
  const {version} = JSON.parse(await readFile(join(archives, "../package.json"), "utf8")) as {
    version: string;
  };
  const cache = join(root, "node_modules/.cache/glassformer");
  const directory = join(cache, `${name}-${version}`);
  if (existsSync(directory)) return directory;
  await mkdir(cache, {recursive: true});
  const partial = await mkdtemp(join(cache, `${name}-`));
  try {
    await fill(partial, archives, directory);
    await rename(partial, directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error;
    });
  } finally {
    await rm(partial, {recursive: true, force: true});
  }
  return directory;
}

async function unpackTar(archive: string, to: string): Promise<void> {
  execFileSync("tar", ["-x", "--no-same-owner", "-C", to], {
    input: brotliDecompressSync(await readFile(archive))
  });
}
