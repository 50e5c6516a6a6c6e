/**
 * The hash of `dropoutMask` (ops/dropout.ts) in WGSL: `dropoutKey(seed, step, site)` once, then
 * `dropoutFactor(key, i, threshold, kept)` for element i, which is `kept` = 1/(1 − rate) where the element survives and
 * 0 where it does not, with threshold = ⌈rate · 2³²⌉.
 */
export const dropoutHash = /* wgsl */ `
fn mixed(bits: u32) -> u32 {
  var x = bits;
  x = (x ^ (x >> 16u)) * 0x85ebca6bu;
  x = (x ^ (x >> 13u)) * 0xc2b2ae35u;
  return x ^ (x >> 16u);
}
fn dropoutKey(seed: u32, step: u32, site: u32) -> u32 {
  return mixed(seed ^ mixed(step ^ mixed(site)));
}
fn dropoutFactor(key: u32, i: u32, threshold: u32, kept: f32) -> f32 {
  return select(0.0, kept, mixed(key + i) >= threshold);
}`;

/** rate · 2³² as the whole number at and above which a hash survives. */
export const dropoutThreshold = (rate: number): number => Math.ceil(rate * 2 ** 32);
