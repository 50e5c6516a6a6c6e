import {createReadStream} from "node:fs";
import {readFile, stat} from "node:fs/promises";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {extname, join, normalize, sep} from "node:path";
import {pipeline} from "node:stream/promises";
import {gzipSync} from "node:zlib";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".txt": "text/plain; charset=utf-8"
};

export interface StaticServer {
  /** Ends in a slash, e.g. http://127.0.0.1:40123/glass/ */
  url: string;
  close(): Promise<void>;
}

/** What public hosts compress: text, and WebAssembly. */
const compressible = /^(text\/|application\/(json|wasm))|svg/;

/**
 * Serves a folder under a subpath as the plainest of hosts does: no COOP or COEP headers, no redirects, a file
 * only under its own name (or `index.html` for its folder), and 404 for everything outside the subpath. With
 * `compress`, texts go out gzipped, as most hosts send them; `content-length` then counts the compressed bytes.
 */
export async function serveFolder(
  folder: string,
  base: string,
  {compress = false} = {}
): Promise<StaticServer> {
  const compressed = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const pathname = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
    const file = pathname.startsWith(base) ? await find(pathname.slice(base.length)) : undefined;
    if (!file) {
      response.writeHead(404, {"content-type": "text/plain"}).end("Not found");
      return;
    }
    const type = types[extname(file.path)] ?? "application/octet-stream";
    if (compress && compressible.test(type) && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) {
      const bytes = compressed.get(file.path) ?? gzipSync(await readFile(file.path));
      compressed.set(file.path, bytes);
      response
        .writeHead(200, {"content-type": type, "content-encoding": "gzip", "content-length": bytes.length})
        .end(bytes);
      return;
    }
    response.writeHead(200, {"content-type": type, "content-length": file.size});
    await pipeline(createReadStream(file.path), response).catch(() => response.destroy());
  });

  async function find(path: string): Promise<{path: string; size: number} | undefined> {
    const full = normalize(join(folder, path === "" || path.endsWith("/") ? `${path}index.html` : path));
    if (!full.startsWith(normalize(folder) + sep)) return undefined;
    const info = await stat(full).catch(() => undefined);
    return info?.isFile() ? {path: full, size: info.size} : undefined;
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const {port} = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${base}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      })
  };
}
