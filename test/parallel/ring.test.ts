import {describe, expect, it} from "vitest";
import {counted, portLink, type Traffic} from "../../src/components/parallel/link.js";
import {chunkOf, ringAllReduce, ringTraffic, sentChunk} from "../../src/components/parallel/ring.js";
import {createRandom} from "../../src/components/random.js";

const sizes = [1, 2, 3, 4, 5, 6, 7, 8];
const lengths = [0, 1, 2, 3, 7, 8, 64, 101, 1000];

/** Reduces each worker's numbers in a ring of real MessageChannels. */
async function reduce(numbers: Float32Array[]): Promise<{results: Float32Array[]; sent: Traffic[]}> {
  const size = numbers.length;
  const channels = numbers.map(() => new MessageChannel());
  const links = channels.map(({port1}, i) => portLink(channels.at(i - 1)!.port2, port1));
  const sent = numbers.map(() => ({messages: 0, bytes: 0}));
  const results = numbers.map((own) => own.slice());
  try {
    await Promise.all(
      results.map((own, rank) => ringAllReduce(own, {rank, size, link: counted(links[rank]!, sent[rank]!)}))
    );
  } finally {
    for (const link of links) link.close();
  }
  return {results, sent};
}

describe.each(sizes)("a ring of %i", (size) => {
  it.each(lengths)("adds up %i numbers, the same everywhere bit for bit", async (length) => {
    const random = createRandom(size * 1000 + length);
    const numbers = Array.from({length: size}, () => Float32Array.from({length}, () => random.normal()));
    const {results, sent} = await reduce(numbers);
    for (const result of results)
      expect(new Uint8Array(result.buffer)).toEqual(new Uint8Array(results[0]!.buffer));
    const mean = (of: Float32Array[], i: number) => of.reduce((sum, own) => sum + own[i]!, 0) / size;
    for (let i = 0; i < length; i++)
      expect(Math.abs(results[0]![i]! / size - mean(numbers, i))).toBeLessThan(1e-6);

    const total = {
      messages: sent.reduce((sum, {messages}) => sum + messages, 0),
      bytes: sent.reduce((sum, {bytes}) => sum + bytes, 0)
    };
    expect(total).toEqual(ringTraffic(length, size));
    for (const {messages, bytes} of sent) {
      expect(messages).toBe(2 * (size - 1));
      // 2 (k − 1) / k · N · 4, but for a number more or less in each message.
      expect(Math.abs(bytes - (2 * (size - 1) * length * 4) / size)).toBeLessThanOrEqual(4 * messages);
    }
  });

  it("cuts numbers into chunks that leave nothing out, and sends what was received", () => {
    for (const length of lengths) {
      const numbers = Float32Array.from({length}, (_, i) => i);
      const chunks = Array.from({length: size}, (_, chunk) => [...chunkOf(numbers, chunk, size)]);
      expect(chunks.flat()).toEqual([...numbers]);
      const longest = Math.max(...chunks.map((chunk) => chunk.length));
      expect(longest - Math.min(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(1);
    }
    for (let round = 1; round < 2 * (size - 1); round++)
      for (let rank = 0; rank < size; rank++)
        expect(sentChunk(round, rank, size)).toBe(sentChunk(round - 1, (rank + size - 1) % size, size));
  });
});

it("refuses neighbours that reduce another number of numbers", async () => {
  await expect(reduce([new Float32Array(4), new Float32Array(6)])).rejects.toThrow(
    /^Worker . of 2 received . numbers where it has .: all workers must reduce as many\.$/
  );
});

it("adds zeros, infinities and not-a-numbers as addition does", async () => {
  const {results} = await reduce([
    Float32Array.of(0, Number.POSITIVE_INFINITY, Number.NaN),
    Float32Array.of(-0, 1, 2)
  ]);
  for (const result of results) expect([...result]).toEqual([0, Number.POSITIVE_INFINITY, Number.NaN]);
});
