import type {Head} from "../views/headGrid.js";

/**
 * The head with most to show in a text: the one whose concentrated attention reaches back farthest. Over all
 * queries q and keys k of `attention` [L, H, T, T] it has the largest sum of w² · (q − k), since squaring
 * leaves little of a head that spreads its attention evenly.
 */
export function farSightedHead(attention: Float32Array, nLayer: number, nHead: number, T: number): Head {
  let farthest = {head: {layer: 0, head: 0}, reach: -1};
  for (let i = 0; i < nLayer * nHead; i++) {
    let reach = 0;
    for (let q = 0; q < T; q++)
      for (let k = 0; k < q; k++) reach += attention[(i * T + q) * T + k]! ** 2 * (q - k);
    if (reach > farthest.reach) farthest = {head: {layer: Math.floor(i / nHead), head: i % nHead}, reach};
  }
  return farthest.head;
}
