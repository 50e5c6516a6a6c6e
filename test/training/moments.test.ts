import {expect, it} from "vitest";
import {isDecayed, momentNames, ruleFor} from "../../src/components/training/moments.js";

const NAME = "transformer.h.0.mlp.c_fc.weight";
const shapes = {
  "transformer.wte.weight": [8, 4],
  "transformer.wpe.weight": [5, 4],
  [NAME]: [4, 16],
  "transformer.h.0.mlp.c_fc.bias": [16],
  "lm_head.weight": [8, 4]
};

it("gives Muon the matrices between layers, and AdamW the rest", () => {
  const rules = Object.entries(shapes).map(([name, shape]) => ruleFor("muon", name, shape));
  expect(rules).toEqual(["adamW", "adamW", "muon", "adamW", "adamW"]);
  expect(Object.entries(shapes).map(([name, shape]) => ruleFor("sgd", name, shape))).toEqual(
    Array(5).fill("sgd")
  );
});

it("keeps of each parameter only the moments that its rule reads", () => {
  expect(momentNames("sgd", shapes)).toEqual({first: [], second: []});
  expect(momentNames("momentum", shapes)).toEqual({first: Object.keys(shapes), second: []});
  expect(momentNames("adamW", shapes)).toEqual({first: Object.keys(shapes), second: Object.keys(shapes)});
  expect(momentNames("muon", shapes)).toEqual({
    first: Object.keys(shapes),
    second: Object.keys(shapes).filter((name) => name !== NAME)
  });
});

it("lets matrices decay and nothing else", () => {
  expect(isDecayed([4, 16])).toBe(true);
  expect(isDecayed([16])).toBe(false);
});
