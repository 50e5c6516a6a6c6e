import {type GraphPass, writeLinear} from "./onnxPass.js";

/** [B, T, C] → [B, T, F] → [B, T, C]. */
export function writeFeedForward(pass: GraphPass, i: number, x: string): string {
  const name = `transformer.h.${i}.mlp`;
  return writeLinear(pass, `${name}.c_proj`, writeHidden(pass, name, x));
}

/** The first layer of a feed-forward network and its bend: [.., I] → [.., F]. */
export function writeHidden(pass: GraphPass, name: string, x: string): string {
  const y = writeLinear(pass, `${name}.c_fc`, x);
  switch (pass.config.activation) {
    case "gelu":
      return writeGelu(pass, y, `${name}.hidden`);
    case "geluExact":
      return writeGeluExact(pass, y, `${name}.hidden`);
    case "relu":
      return pass.g.node("Relu", [y], `${name}.hidden`);
    case "swiGlu":
      return writeSwiGlu(pass, writeLinear(pass, `${name}.c_gate`, x), y, `${name}.hidden`);
  }
}

/** x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))), written out because the operator Gelu needs opset 20. */
function writeGelu({g}: GraphPass, x: string, name: string): string {
  const square = g.node("Mul", [x, x], `${name}.square`);
  const cube = g.node("Mul", [square, x], `${name}.cube`);
  const bent = g.node("Mul", [cube, g.scalar(0.044715)], `${name}.bent`);
  const sum = g.node("Add", [x, bent], `${name}.sum`);
  const inner = g.node("Mul", [sum, g.scalar(Math.sqrt(2 / Math.PI))], `${name}.inner`);
  const tanh = g.node("Tanh", [inner], `${name}.tanh`);
  const gate = g.node("Add", [tanh, g.scalar(1)], `${name}.gate`);
  const half = g.node("Mul", [x, g.scalar(0.5)], `${name}.half`);
  return g.node("Mul", [half, gate], name);
}

/** x/2 · (1 + erf(x/√2)). */
function writeGeluExact({g}: GraphPass, x: string, name: string): string {
  const inner = g.node("Mul", [x, g.scalar(Math.SQRT1_2)], `${name}.inner`);
  const erf = g.node("Erf", [inner], `${name}.erf`);
  const gate = g.node("Add", [erf, g.scalar(1)], `${name}.gate`);
  const half = g.node("Mul", [x, g.scalar(0.5)], `${name}.half`);
  return g.node("Mul", [half, gate], name);
}

/** gate · σ(gate) · value. */
function writeSwiGlu({g}: GraphPass, gate: string, value: string, name: string): string {
  const share = g.node("Sigmoid", [gate], `${name}.share`);
  const swish = g.node("Mul", [gate, share], `${name}.swish`);
  return g.node("Mul", [swish, value], name);
}
