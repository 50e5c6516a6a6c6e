const LEVELS = 255;

/**
 * Causal attention weights [heads, T, T] as one byte each in base 64, the future left out: the byte is 255 times the root
 * of the weight, for the colours follow the root too. A weight comes back to within 0.4 per cent of 1.
 */
export function packAttention(weights: ArrayLike<number>, heads: number, T: number): string {
  let bytes = "";
  for (const at of seenPlaces(heads, T))
    bytes += String.fromCharCode(Math.round(LEVELS * Math.sqrt(Math.min(1, Math.max(0, weights[at]!)))));
  return btoa(bytes);
}

/** The weights again, [heads, T, T] with 0 for the future. */
export function unpackAttention(packed: string, heads: number, T: number): Float32Array {
  const bytes = atob(packed);
  const weights = new Float32Array(heads * T * T);
  seenPlaces(heads, T).forEach((at, i) => {
    weights[at] = (bytes.charCodeAt(i) / LEVELS) ** 2;
  });
  return weights;
}

/** Where the weights stand that a query may see, row by row. */
function seenPlaces(heads: number, T: number): number[] {
  const places: number[] = [];
  for (let row = 0; row < heads * T; row++)
    for (let key = 0; key <= row % T; key++) places.push(row * T + key);
  return places;
}
