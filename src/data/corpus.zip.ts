import {zipSync} from "fflate";
import {tokensToBytes} from "../components/corpus/tokenBytes.js";
import {unitOf} from "../components/text/tokenizer.js";
import {siteCorpus} from "./siteCorpus.js";

/**
 * The site's corpus, made at build time: the text at the path or URL in CORPUS, else the story grammar's,
 * cut as TOKENIZER says: character (when absent), byte-pair:512, word-piece:1000.
 * Writes a zip of meta.json, train.bin, val.bin and val-log-probabilities.bin (float32, little-endian, one
 * for each token of val.bin; empty where the text's true source is unknown).
 */
try {
  const {corpus, valLogProbabilities} = await siteCorpus();
  const {meta, train, val} = corpus;
  const floor = meta.floor
    ? `, loss floor ${meta.floor.val.toFixed(4)} nats a ${unitOf(meta.tokenizer)}`
    : "";
  const {total, kinds} = meta.unknown;
  const unknown = total ? `; ${total} occurrences of ${kinds} kinds are unknown to the tokenizer` : "";
  console.error(
    `Corpus: ${meta.name}, ${meta.counts.tokens} tokens of ${Object.keys(meta.tokenizer.model.vocab).length} kinds${floor}${unknown}`
  );
  const zip = zipSync({
    "meta.json": new TextEncoder().encode(JSON.stringify(meta)),
    "train.bin": tokensToBytes(train),
    "val.bin": tokensToBytes(val),
    "val-log-probabilities.bin": floatsToBytes(valLogProbabilities ?? new Float32Array(0))
  });
  process.stdout.write(zip);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function floatsToBytes(floats: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(floats.length * 4));
  floats.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}
