import {afterAll, afterEach, describe, expect, test, vi} from "vitest";
import {FormatError} from "../../../src/components/exchange/formatError.js";
import {JsonReader} from "../../../src/components/exchange/jsonReader.js";
import {readModelFiles} from "../../../src/components/exchange/opening/readModelFiles.js";
import {createRandom} from "../../../src/components/random.js";
import {hostileKinds} from "./hostileFiles.js";
import {type Reading, readHostile} from "./hostileReading.js";
import {deflated, zeros, zipOf} from "./hostileZips.js";
import {utf8} from "./mutations.js";

/** Bytes of arrays that a reader may make besides a multiple of what it reads. */
const SLACK = 4_000_000;
const MULTIPLE = 12;
/** Of everything else, garbage included, which tells less: a reader that follows a file's word makes gigabytes. */
const HEAP_SLACK = 50_000_000;
const HEAP_MULTIPLE = 20;

const all: Reading[] = [];

describe("a bomb in a zip", () => {
  const given = (size: number) => {
    const entry = {...deflated("config.json", utf8("{}")), bytes: zeros(1000), size};
    return [{name: "bomb.zip", file: new Blob([zipOf([entry]) as Uint8Array<ArrayBuffer>])}];
  };
  afterEach(() => vi.unstubAllGlobals());

  test("that says so is refused before a byte is unpacked", async () => {
    const unpack = vi.fn();
    vi.stubGlobal("DecompressionStream", unpack);
    expect(given(1e9)[0]!.file.size).toBeLessThan(1_100_000);
    await expect(readModelFiles(given(1e9))).rejects.toThrow(/times as large as it is, which no model's are/);
    expect(unpack).not.toHaveBeenCalled();
  });

  test("that lies is left at the size that it says", async () => {
    let unpacked = 0;
    const Original = DecompressionStream;
    vi.stubGlobal(
      "DecompressionStream",
      class {
        readonly writable;
        readonly readable;
        constructor(format: CompressionFormat) {
          const counted = new TransformStream<Uint8Array, Uint8Array>({
            transform(piece, next) {
              unpacked += piece.length;
              next.enqueue(piece);
            }
          });
          const {readable, writable} = new Original(format);
          this.writable = writable;
          this.readable = readable.pipeThrough(counted);
        }
      }
    );
    await expect(readModelFiles(given(1000))).rejects.toThrow('"config.json" is not what was packed');
    expect(unpacked).toBeGreaterThan(1000);
    expect(unpacked).toBeLessThan(1_000_000);
  });
});

test("a name in a file is never a field of every object", async () => {
  const json = JsonReader.parse('{"__proto__": {"isAdmin": true}, "a": {"__proto__": 1}}', "x");
  expect(json.keys()).toEqual(["__proto__", "a"]);
  expect(() => json.get("isAdmin").boolean()).toThrow(FormatError);
  for (const kind of hostileKinds)
    await kind
      .make(createRandom(1), 0)
      .read()
      .catch(() => {});
  expect(({} as {isAdmin?: boolean}).isAdmin).toBeUndefined();
});

describe("every hostile file ends in a sentence or a whole model, in bounded memory", () => {
  test.each(hostileKinds.map((kind) => [kind.name, kind] as const))(
    "%s",
    {timeout: 300_000},
    async (_, kind) => {
      const readings = await readHostile(kind);
      all.push(...readings);
      expect(readings.filter(({outcome}) => outcome === "broken")).toEqual([]);
      expect(readings.filter(({bytes, allocated}) => allocated > SLACK + MULTIPLE * bytes)).toEqual([]);
      expect(readings.filter(({bytes, heap}) => heap > HEAP_SLACK + HEAP_MULTIPLE * bytes)).toEqual([]);
      // Changes that nobody notices would test nothing.
      const refused = readings.filter(({outcome}) => outcome === "refused").length;
      if (kind.name !== "link") expect(refused).toBeGreaterThan(kind.count / 3);
    }
  );
});

afterAll(() => {
  const count = (outcome: Reading["outcome"]) => all.filter((reading) => reading.outcome === outcome).length;
  const slowest = all.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, 5);
  console.log(
    `${all.length} hostile files: ${count("refused")} refused, ${count("taken")} taken as whole. The slowest:\n${slowest
      .map(({label, milliseconds}) => `${milliseconds.toFixed(0)} ms  ${label}`)
      .join("\n")}`
  );
});
