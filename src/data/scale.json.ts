import {readFile} from "node:fs/promises";
import {fileURLToPath} from "node:url";
import {scaleChapter} from "../components/chapters/scale/scaleChapter.js";
import {readScalingRuns} from "../components/chapters/scale/scalingRuns.js";

/** The recorded runs of the chapter “Scale” and the laws fitted to them. */
const file = fileURLToPath(new URL("./scale-runs.json", import.meta.url));
process.stdout.write(JSON.stringify(scaleChapter(readScalingRuns(JSON.parse(await readFile(file, "utf8"))))));
