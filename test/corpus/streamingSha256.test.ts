import {createHash} from "node:crypto";
import fc from "fast-check";
import {expect, it} from "vitest";
import {StreamingSha256} from "../../src/components/corpus/streamingSha256.js";

const reference = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

it("gives the digests of FIPS 180-4's examples", () => {
  const digest = (text: string) => {
    const hash = new StreamingSha256();
    hash.update(new TextEncoder().encode(text));
    return hash.digest();
  };
  expect(digest("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(digest("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

it("agrees with Node's for any bytes, however they are cut", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({maxLength: 300}),
      fc.array(fc.integer({min: 0, max: 300}), {maxLength: 5}),
      (bytes, cuts) => {
        const hash = new StreamingSha256();
        let from = 0;
        for (const cut of [...cuts.filter((c) => c <= bytes.length).sort((a, b) => a - b), bytes.length]) {
          hash.update(bytes.subarray(from, cut));
          from = cut;
        }
        expect(hash.digest()).toBe(reference(bytes));
      }
    )
  );
});

it("agrees at every length around the end of a block", () => {
  for (let length = 50; length < 200; length++) {
    const hash = new StreamingSha256();
    hash.update(new Uint8Array(length).fill(length));
    expect(hash.digest()).toBe(reference(new Uint8Array(length).fill(length)));
  }
});
