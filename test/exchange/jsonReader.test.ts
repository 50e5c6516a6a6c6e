import {describe, expect, test} from "vitest";
import {FormatError} from "../../src/components/exchange/formatError.js";
import {JsonReader} from "../../src/components/exchange/jsonReader.js";
import {deep} from "./hostile/mutations.js";

const parse = (text: string, most?: number) => JsonReader.parse(text, "x.json", most);

describe("what a text may ask for", () => {
  test("a hundred levels, and not one more", () => {
    expect(parse(deep(100)).array()).toHaveLength(1);
    for (const text of [deep(101), "[".repeat(1e6), '{"a":'.repeat(1e6)])
      expect(() => parse(text)).toThrow("x.json is nested too deeply");
  });

  test("as many values as are allowed", () => {
    expect(parse("[1,2,3]", 3).array()).toHaveLength(3);
    expect(() => parse('{"a":1,"b":[2,3]}', 2)).toThrow("x.json has more than 2 values");
    expect(() => parse(`[${"0,".repeat(500_000)}0]`)).toThrow("has more than 500,000 values");
  });

  test("brackets and commas in texts are no levels and no values", () => {
    for (const text of [
      "[".repeat(200),
      ",".repeat(200),
      '\\"['.repeat(200),
      "\\".repeat(7),
      '"',
      "\\u0022["
    ])
      expect(
        parse(JSON.stringify({a: text, b: [1]}), 5)
          .get("a")
          .string()
      ).toBe(text);
    // The last backslash belongs to the one before it, so that the text ends.
    expect(() => parse(`{"a":"\\\\","b":${deep(200)}}`)).toThrow("nested too deeply");
    expect(() => parse(`{"a":"\\"","b":${deep(200)}}`)).toThrow("nested too deeply");
    expect(() => parse('{"a":"open')).toThrow("x.json is not JSON");
  });

  test("texts and lists of a length", () => {
    const json = parse(JSON.stringify({text: "x".repeat(10_001), list: [1, 2]}));
    expect(json.get("text").string(10_001)).toHaveLength(10_001);
    expect(() => json.get("text").string()).toThrow("it must be a text of at most 10,000 characters");
    expect(json.get("list").map((item) => item.integer(), 2)).toEqual([1, 2]);
    expect(() => json.get("list").array(1)).toThrow("it must be a list of at most 1 values");
  });
});

test("a list is read value by value, and the first complaint ends it", () => {
  let read = 0;
  const list = parse('[1, "two", 3]');
  const numbers = () =>
    list.map((item) => {
      read++;
      return item.number();
    });
  expect(numbers).toThrow('x.json: [1] is "two"; it must be a number.');
  expect(read).toBe(2);
});

test("what is shown of a value is short, however large it is or deep", () => {
  let list: unknown[] = [];
  for (let i = 0; i < 100_000; i++) list = [list];
  const values = {text: "x".repeat(1e6), list, key: {}};
  const json = new JsonReader(values, "x.json");
  expect(() => json.get("text").number()).toThrow(/^x\.json: text is "x{39}; it must be a number\.$/);
  expect(() => json.get("list").number()).toThrow("x.json: list is nested too deeply; it must be a number.");
  const missing = () => json.get("k".repeat(1e6)).number();
  expect(missing).toThrow(/^x\.json: k{80} is missing/);
  expect(new FormatError("m".repeat(1e6)).message).toHaveLength(601);
});
