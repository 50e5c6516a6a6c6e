/** Dot products of one row of a table [T, C] with every row: T numbers. */
export function dotProducts(table: Float32Array, C: number, row: number): Float64Array {
  return Float64Array.from({length: table.length / C}, (_, t) => dotProduct(table, C, row, t));
}

function dotProduct(table: Float32Array, C: number, one: number, other: number): number {
  let sum = 0;
  for (let c = 0; c < C; c++) sum += table[one * C + c]! * table[other * C + c]!;
  return sum;
}

/** Cosines of the angles between all rows of a table [T, C]: [T, T], row-major; 0 where a row is all zeros. */
export function cosines(table: Float32Array, C: number): Float32Array {
  const T = table.length / C;
  const lengths = Array.from({length: T}, (_, t) => Math.sqrt(dotProduct(table, C, t, t)));
  const matrix = new Float32Array(T * T);
  for (let t = 0; t < T; t++)
    for (let s = 0; s <= t; s++) {
      const cosine = dotProduct(table, C, t, s) / (lengths[t]! * lengths[s]! || 1);
      matrix[t * T + s] = cosine;
      matrix[s * T + t] = cosine;
    }
  return matrix;
}

/** The mean cosine of rows that lie `distance` apart. */
export function meanCosine(matrix: Float32Array, distance: number): number {
  const T = Math.sqrt(matrix.length);
  let sum = 0;
  for (let t = 0; t + distance < T; t++) sum += matrix[t * T + t + distance]!;
  return sum / (T - distance);
}

/** A table [T, C] with rows and columns exchanged: [C, T]. */
export function transposed(table: Float32Array, C: number): Float32Array {
  const T = table.length / C;
  return Float32Array.from({length: table.length}, (_, i) => table[(i % T) * C + Math.floor(i / T)]!);
}
