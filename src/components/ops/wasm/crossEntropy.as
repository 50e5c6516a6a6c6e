// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.
import {exp, ln} from "./exponential";
import {largest, read, total, wholeVectors, write} from "./vector";

/**
 * The mean loss of all places that have a target (≥ 0): logits [places, vocabulary], targets [places] int32, out [1].
 * The formulas are in ../crossEntropy.ts.
 */
export function crossEntropy(places: i32, vocabulary: i32, smoothing: f64, logits: usize, targets: usize, out: usize): void {
  const bytes = <usize>vocabulary * 4;
  let losses: f64 = 0;
  let count: f64 = 0;
  for (let i = 0; i < places; i++, logits += bytes) {
    const target = load<i32>(targets + <usize>i * 4);
    if (target < 0) continue;
    const most = rowLargest(bytes, logits);
    let expected: f64 = target < vocabulary ? (1 - smoothing) * (load<f32>(logits + <usize>target * 4) - most) : 0;
    if (smoothing > 0) {
      let sum: f64 = 0;
      for (let at: usize = 0; at < bytes; at += 4) sum += load<f32>(logits + at) - most;
      expected += smoothing / vocabulary * sum;
    }
    losses += ln(rowSum(bytes, logits, most, 0)) - expected;
    count += 1;
  }
  store<f32>(out, <f32>(losses / max(count, 1)));
}

/** dlogits = (p − q) · dy / N, with dy [1]; 0 where there is no target. */
export function crossEntropyGradient(
  places: i32, vocabulary: i32, smoothing: f64,
  logits: usize, targets: usize, dy: usize, dlogits: usize
): void {
  const bytes = <usize>vocabulary * 4;
  const whole = wholeVectors(bytes);
  let count: i32 = 0;
  for (let i = 0; i < places; i++) count += i32(load<i32>(targets + <usize>i * 4) >= 0);
  const share: f64 = load<f32>(dy) / <f64>max(count, 1);
  for (let i = 0; i < places; i++, logits += bytes, dlogits += bytes) {
    const target = load<i32>(targets + <usize>i * 4);
    if (target < 0) {
      memory.fill(dlogits, 0, bytes);
      continue;
    }
    const sum = rowSum(bytes, logits, rowLargest(bytes, logits), dlogits);
    const scale = f32x4.splat(<f32>(share / sum));
    const everywhere = f32x4.splat(<f32>(share * smoothing / vocabulary));
    for (let at: usize = 0; at < bytes; at += at < whole ? 16 : 4) {
      const p = f32x4.mul(read(dlogits + at, at >= whole), scale);
      write(dlogits + at, f32x4.sub(p, everywhere), at >= whole);
    }
    if (target < vocabulary) {
      const at = dlogits + <usize>target * 4;
      store<f32>(at, load<f32>(at) - <f32>(share * (1 - smoothing)));
    }
  }
}

function rowLargest(bytes: usize, row: usize): f32 {
  const whole = wholeVectors(bytes);
  let four = f32x4.splat(-f32.MAX_VALUE);
  for (let at: usize = 0; at < whole; at += 16) four = f32x4.pmax(four, v128.load(row + at));
  let most = largest(four);
  for (let at = whole; at < bytes; at += 4) most = max(most, load<f32>(row + at));
  return most;
}

/** Σ e^(x − most) of a row; the terms are written to `terms` unless that is 0. */
function rowSum(bytes: usize, row: usize, most: f32, terms: usize): f32 {
  const whole = wholeVectors(bytes);
  let sums = f32x4.splat(0);
  let rest: f32 = 0;
  for (let at: usize = 0; at < bytes; at += at < whole ? 16 : 4) {
    const term = exp(f32x4.sub(read(row + at, at >= whole), f32x4.splat(most)));
    if (at < whole) sums = f32x4.add(sums, term);
    else rest += f32x4.extract_lane(term, 0);
    if (terms) write(terms + at, term, at >= whole);
  }
  return total(sums) + rest;
}
