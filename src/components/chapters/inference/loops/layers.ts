import {EPSILON} from "../../../ops/epsilon.js";

/**
 * The layers of GPT-2 as loops over arrays, each with its backward pass: no library, no engine. All arrays are row-major;
 * N is B·T. Backward functions add to the gradients that they are given.
 */

/** y = x·W + b: x [N, I], W [I, O], b [O] → [N, O]. */
export function linear(x: Float32Array, W: Float32Array, b: Float32Array): Float32Array {
  const O = b.length;
  const I = W.length / O;
  const N = x.length / I;
  const y = new Float32Array(N * O);
  for (let n = 0; n < N; n++) {
    const row = y.subarray(n * O, (n + 1) * O);
    row.set(b);
    for (let i = 0; i < I; i++) {
      const factor = x[n * I + i]!;
      for (let o = 0, w = i * O; o < O; o++, w++) row[o]! += factor * W[w]!;
    }
  }
  return y;
}

/** dx = dy·Wᵀ, returned; dW += xᵀ·dy, db += Σ dy. */
export function linearBackward(
  dy: Float32Array,
  x: Float32Array,
  W: Float32Array,
  dW: Float32Array,
  db: Float32Array
): Float32Array {
  const O = db.length;
  const I = W.length / O;
  const N = x.length / I;
  const dx = new Float32Array(N * I);
  for (let n = 0; n < N; n++) {
    const row = dy.subarray(n * O, (n + 1) * O);
    for (let o = 0; o < O; o++) db[o]! += row[o]!;
    for (let i = 0; i < I; i++) {
      const input = x[n * I + i]!;
      let sum = 0;
      for (let o = 0, w = i * O; o < O; o++, w++) {
        sum += row[o]! * W[w]!;
        dW[w]! += input * row[o]!;
      }
      dx[n * I + i] = sum;
    }
  }
  return dx;
}

/** What a layer norm keeps for its backward pass: x̂ [N, C] and 1/σ [N]. */
export interface Normalised {
  y: Float32Array;
  centred: Float32Array;
  inverse: Float32Array;
}

/** y = x̂ ∘ gain + bias with x̂ = (x − μ)/σ: x [N, C] → [N, C]. */
export function layerNorm(x: Float32Array, gain: Float32Array, bias: Float32Array): Normalised {
  const C = gain.length;
  const N = x.length / C;
  const y = new Float32Array(x.length);
  const centred = new Float32Array(x.length);
  const inverse = new Float32Array(N);
  for (let n = 0, from = 0; n < N; n++, from += C) {
    let [sum, squares] = [0, 0];
    for (let c = 0; c < C; c++) sum += x[from + c]!;
    const mean = sum / C;
    for (let c = 0; c < C; c++) squares += (x[from + c]! - mean) ** 2;
    inverse[n] = 1 / Math.sqrt(squares / C + EPSILON);
    for (let c = 0; c < C; c++) {
      centred[from + c] = (x[from + c]! - mean) * inverse[n]!;
      y[from + c] = centred[from + c]! * gain[c]! + bias[c]!;
    }
  }
  return {y, centred, inverse};
}

/** With g = dy ∘ gain: dx = (g − mean(g) − x̂ ∘ mean(g ∘ x̂)) / σ, returned; dgain += Σ dy ∘ x̂, dbias += Σ dy. */
export function layerNormBackward(
  dy: Float32Array,
  {centred, inverse}: Normalised,
  gain: Float32Array,
  dgain: Float32Array,
  dbias: Float32Array
): Float32Array {
  const C = gain.length;
  const dx = new Float32Array(dy.length);
  for (let n = 0, from = 0; n < inverse.length; n++, from += C) {
    let [sum, along] = [0, 0];
    for (let c = 0; c < C; c++) {
      const g = dy[from + c]! * gain[c]!;
      sum += g;
      along += g * centred[from + c]!;
      dgain[c]! += dy[from + c]! * centred[from + c]!;
      dbias[c]! += dy[from + c]!;
    }
    for (let c = 0; c < C; c++) {
      const g = dy[from + c]! * gain[c]!;
      dx[from + c] = (g - sum / C - (centred[from + c]! * along) / C) * inverse[n]!;
    }
  }
  return dx;
}

const SCALE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** ½x(1 + tanh u), u = √(2/π)·(x + 0.044715x³), number by number. */
export function gelu(x: Float32Array): Float32Array {
  return x.map((v) => 0.5 * v * (1 + Math.tanh(SCALE * (v + CUBIC * v ** 3))));
}

/** dx = dy ∘ (½(1 + tanh u) + ½x·(1 − tanh² u)·u′). */
export function geluBackward(dy: Float32Array, x: Float32Array): Float32Array {
  return dy.map((d, i) => {
    const v = x[i]!;
    const tanh = Math.tanh(SCALE * (v + CUBIC * v ** 3));
    const slope = SCALE * (1 + 3 * CUBIC * v * v);
    return d * (0.5 * (1 + tanh) + 0.5 * v * (1 - tanh * tanh) * slope);
  });
}

/**
 * The mean of −ln softmax(logits)[target] over N places, and its gradient (p − 1[target]) / N: logits [N, V], targets [N].
 */
export function crossEntropy(
  logits: Float32Array,
  targets: ArrayLike<number>
): {loss: number; dlogits: Float32Array} {
  const N = targets.length;
  const V = logits.length / N;
  const dlogits = new Float32Array(logits.length);
  let loss = 0;
  for (let n = 0; n < N; n++) {
    const row = logits.subarray(n * V, (n + 1) * V);
    const most = row.reduce((a, b) => Math.max(a, b));
    let sum = 0;
    for (let v = 0; v < V; v++) sum += Math.exp(row[v]! - most);
    loss += Math.log(sum) + most - row[targets[n]!]!;
    for (let v = 0; v < V; v++) dlogits[n * V + v] = Math.exp(row[v]! - most) / sum / N;
    dlogits[n * V + targets[n]!]! -= 1 / N;
  }
  return {loss: loss / N, dlogits};
}
