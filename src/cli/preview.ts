import {prepareCache, runObservable} from "./framework.js";

/**
 * `npm run dev`: the site at a local address, rebuilt as files change. Arguments after `--` go to
 * `observable preview` (`--port 4000`, `--no-open`). CORPUS and MODEL choose the text and the model.
 */
await prepareCache();
process.exitCode = await runObservable(["preview", ...process.argv.slice(2)]);
