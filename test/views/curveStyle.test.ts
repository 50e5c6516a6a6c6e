import {expect, it} from "vitest";
import {curveStyle} from "../../src/components/views/curveStyle.js";

it("gives twenty curves marks of their own, and no two the same colour and dash", () => {
  const styles = Array.from({length: 20}, (_, i) => curveStyle(i));
  expect(styles.map(({mark}) => mark).join("")).toBe("ABCDEFGHIJKLMNOPQRST");
  expect(new Set(styles.map(({stroke, dash}) => `${stroke} ${dash}`)).size).toBe(20);
});

it("gives neighbours different dashes, so that colour is not needed to tell them apart", () => {
  for (let i = 0; i < 24; i++) expect(curveStyle(i).dash).not.toBe(curveStyle(i + 1).dash);
});
