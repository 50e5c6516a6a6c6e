import {MessageChannel} from "node:worker_threads";
import {expect, test} from "vitest";
import {storyCorpus} from "../../src/components/corpus/storyCorpus.js";
import {openTextWorker} from "../../src/components/evaluation/client.js";
import {PreparedTexts} from "../../src/components/evaluation/preparedTexts.js";
import type {Request} from "../../src/components/evaluation/protocol.js";
import {serveEvaluation} from "../../src/components/evaluation/server.js";
import type {WorkerLike} from "../../src/components/inference/workerQueue.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";

/** The worker's code behind a real message channel, in this thread: messages are cloned. */
function fakeWorker(): WorkerLike {
  const {port1, port2} = new MessageChannel();
  const handle = serveEvaluation({postMessage: (message) => port2.postMessage(message)});
  const worker: WorkerLike = {
    onmessage: null,
    postMessage: (message) => port1.postMessage(message),
    terminate() {
      port1.close();
    }
  };
  port1.on("message", (data) => worker.onmessage?.({data} as MessageEvent));
  port2.on("message", (request: Request) => void handle(request));
  return worker;
}

const {corpus} = await storyCorpus({bytes: 20_000});
const tokenizer = readTokenizer(corpus.meta.tokenizer);
const source = {tokenizer: corpus.meta.tokenizer, train: corpus.train, val: corpus.val, stories: true};

test("answers as the same code in this thread does", async () => {
  const direct = new PreparedTexts(source, tokenizer);
  const worker = await openTextWorker(source, tokenizer, {createWorker: fakeWorker});
  expect(worker.heldOut).toEqual(direct.heldOut);
  const progress: number[] = [];
  expect(await worker.baselines(500, (done) => progress.push(done))).toEqual(direct.baselines(500));
  expect(progress.length).toBeGreaterThan(0);
  expect(await worker.compare("Once there was a fox.")).toEqual(direct.compare("Once there was a fox."));
  worker.dispose();
  await expect(worker.baselines(500)).rejects.toMatchObject({name: "AbortError"});
});

test("what is wrong is said, and an abort is obeyed", async () => {
  const short = {...source, train: corpus.train.slice(0, 5)};
  const worker = await openTextWorker(short, tokenizer, {createWorker: fakeWorker});
  await expect(worker.baselines(500)).rejects.toThrow("The training text has 5 tokens");
  worker.dispose();
  const signal = AbortSignal.abort();
  await expect(openTextWorker(source, tokenizer, {signal, createWorker: fakeWorker})).rejects.toMatchObject({
    name: "AbortError"
  });
  const broken = {...source, tokenizer: {} as typeof source.tokenizer};
  await expect(openTextWorker(broken, tokenizer, {createWorker: fakeWorker})).rejects.toThrow(/tokenizer/i);
});
