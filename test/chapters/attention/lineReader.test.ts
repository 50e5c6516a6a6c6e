import {expect, it} from "vitest";
import {LONGEST_LINE, lineReader} from "../../../src/components/chapters/attention/lineReader.js";
import {TensorModel} from "../../../src/components/model/tensorModel.js";
import {useBackend} from "../../backends.js";
import {fixture, parameters, tokenizer} from "../../fixtures/model.js";

it("reads a line with a model, cuts what is too long and says what is unknown", async () => {
  await useBackend("cpu");
  const model = new TensorModel(fixture.config, parameters);
  const reader = lineReader(
    {
      config: fixture.config,
      inspect: (ids, {signal: _, ...options}) => model.inspect(ids, options),
      sensitivity: (ids, targets) => model.sensitivity(ids, targets),
      dispose: () => model.dispose()
    },
    tokenizer
  );
  const {trace, remarks} = await reader.read("ab <😀x");
  expect(trace.tokens).toEqual(["a", "b", " ", "<", "😀"]);
  expect(remarks.join(" ")).toMatch(/‘x’/);
  expect(trace.layers.length).toBe(fixture.config.nLayer);
  const {nEmbd: C, blockSize} = fixture.config;
  expect(trace.layers[0]!.q.length).toBe(5 * C);
  const long = await reader.read("ab".repeat(40));
  expect(long.trace.tokens.length).toBe(Math.min(LONGEST_LINE, blockSize));
  expect(long.remarks.join(" ")).toMatch(/Shown are the first \d+ characters of 80\./);
  await expect(reader.read("")).rejects.toThrow(/Write at least one character/);
  await expect(reader.read("xyy")).rejects.toThrow(/‘y’ \(2 times\) and ‘x’/);
  reader.dispose();
});
