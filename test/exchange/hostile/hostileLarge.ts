import {readPickle} from "../../../src/components/exchange/nanoGpt/pickle.js";
import {fromOnnx} from "../../../src/components/exchange/onnx/onnx.js";
import {openReceipt} from "../../../src/components/exchange/receipt.js";
import {openRunFile} from "../../../src/components/exchange/runFile.js";
import type {Header} from "./hostileSafetensors.js";
import {takeApart, withHeader} from "./hostileSafetensors.js";
import {joined, utf8} from "./mutations.js";

/** What readers are given as large files. */
export interface Readers {
  /** A folder with one of its files in another's place. */
  folder(name: string, content: Uint8Array): Promise<void>;
  runFile: Uint8Array;
  tokenizer: object;
}

type Case = [label: string, make: () => {content: Uint8Array; read(content: Uint8Array): Promise<unknown>}];

const many = (count: number, of: (i: number) => string): string =>
  Array.from({length: count}, (_, i) => of(i)).join();

/** A pickle of one instruction again and again. */
const pickled = (opcode: number) => ({
  content: new Uint8Array(10_000_000).fill(opcode).with(0, 0x80).with(1, 2).with(2, 0x7d),
  read: async (content: Uint8Array) => readPickle(content, "meta.pkl")
});

/** Files of megabytes that ask for more: of memory by a byte, or of time. None of them may be taken. */
export function largeFiles({folder, runFile, tokenizer}: Readers): Case[] {
  const weights = (label: string, header: () => string): Case => [
    `a header of ${label}`,
    () => ({
      content: withHeader(header(), new Uint8Array(0)),
      read: (content) => folder("model.safetensors", content)
    })
  ];
  const json = (label: string, field: string, value: () => string): Case => [
    `a tokenizer of ${label}`,
    () => ({
      content: utf8(JSON.stringify(tokenizer).replace("{", `{${JSON.stringify(field)}:${value()},`)),
      read: (content) => folder("tokenizer.json", content)
    })
  ];
  const history = (label: string, points: () => string): Case => [
    `a curve of ${label}`,
    () => {
      const {header, data} = takeApart(runFile);
      const metadata = {...(header.__metadata__ as unknown as Record<string, string>)};
      delete metadata["glassformer.crc32c"];
      const snapshot = JSON.stringify({...JSON.parse(metadata["glassformer.snapshot"]!), history: []});
      metadata["glassformer.snapshot"] = snapshot.replace('"history":[]', `"history":[${points()}]`);
      const changed = {...header, __metadata__: metadata} as unknown as Header;
      return {
        content: withHeader(JSON.stringify(changed), data),
        read: (content) => openRunFile(new Blob([content as Uint8Array<ArrayBuffer>]))
      };
    }
  ];
  return [
    weights(
      "two hundred thousand tensors",
      () => `{${many(200_000, (i) => `"t${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`)}}`
    ),
    weights("a million zeros", () => `{${many(1_000_000, (i) => `"t${i}":0`)}}`),
    weights("half a million remarks", () => `{"__metadata__":{${many(600_000, (i) => `"t${i}":""`)}}}`),
    weights("ten million lists, one in the other", () => "[".repeat(10_000_000)),
    weights("a name of ten megabytes", () => `{"${"n".repeat(10_000_000)}":1}`),
    weights("ten megabytes of backslashes", () => `{"${"\\".repeat(10_000_000)}":1}`),
    json("three million objects", "x", () => `[${many(3_000_000, () => "{}")}]`),
    json("a million merges", "model", () => `{"type":"BPE","merges":[${many(1_000_000, () => '"a b"')}]}`),
    json("twelve megabytes", "x", () => JSON.stringify("x".repeat(12_000_000))),
    history("four million zeros", () => many(4_000_000, () => "0")),
    history(
      "no numbers after a hundred thousand points",
      () => `${many(100_000, (i) => `{"step":${i},"trainLoss":1,"validationLoss":null}`)},{}`
    ),
    [
      "a receipt of a million zeros",
      () => ({
        content: utf8(`{"format":"glassformer receipt","curve":[${many(1_000_000, () => "0")}]}`),
        read: (content) => openReceipt(new Blob([content as Uint8Array<ArrayBuffer>]))
      })
    ],
    [
      "a graph of ten million nodes",
      () => {
        const nodes = new Uint8Array(20_000_000);
        for (let i = 0; i < nodes.length; i += 2) nodes[i] = 0x0a;
        // 20,000,000 as a varint.
        return {
          content: joined(Uint8Array.of(0x3a, 0x80, 0xda, 0xc4, 0x09), nodes),
          read: async (content) => fromOnnx(content)
        };
      }
    ],
    ["a pickle of dicts", () => pickled(0x7d)],
    ["a pickle of marks", () => pickled(0x28)],
    ["a pickle of numbers", () => pickled(0x4b)],
    ["a pickle of things put aside", () => pickled(0x94)]
  ];
}
