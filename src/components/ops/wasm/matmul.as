// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.

/** Rows and columns of the tile of results that is kept in registers: 4 × 2 vectors of four floats. */
const TILE_ROWS: i32 = 4;
const TILE_COLUMNS: i32 = 8;
/** The parts of A [ROWS, DEPTH] and B [DEPTH, COLUMNS] that are packed at a time, to lie in the second nearest cache. */
const DEPTH: i32 = 256;
const ROWS: i32 = 96;
const COLUMNS: i32 = 128;

/** Floats that `scratch` must have place for: both packed parts, and a tile of results that is cut at the edge. */
export const SCRATCH: i32 = DEPTH * (ROWS + COLUMNS) + TILE_ROWS * TILE_COLUMNS;

const FLOAT: usize = 4;
const VECTOR: usize = 16;

/**
 * out[i] = A[i]·B[i] + bias for each i of a batch: A [M, K], B [K, N], bias [N] or at address 0 for none, out [M, N] of
 * float32. They lie anywhere: element [m, k] of matrix i of A is at a + i·aBatch + m·aRow + k·aDepth, and likewise for
 * B, all in bytes, so that a transposed matrix needs no copy; rows of out have no gaps, and their matrices follow one
 * another.
 *
 * The blocking is that of Goto & van de Geijn (2008). Each result adds its K products in one order, which does not
 * depend on the other sizes.
 */
export function matmul(
  batch: i32, M: i32, N: i32, K: i32,
  a: usize, aBatch: usize, aRow: usize, aDepth: usize,
  b: usize, bBatch: usize, bDepth: usize, bColumn: usize,
  bias: usize, out: usize, outRow: usize, scratch: usize
): void {
  for (let i = 0; i < batch; i++) {
    for (let n = 0; n < N; n += COLUMNS)
      for (let k = 0; k < K; k += DEPTH)
        multiplyPart(
          M, min(COLUMNS, N - n), min(DEPTH, K - k),
          a + <usize>k * aDepth, aRow, aDepth,
          b + <usize>k * bDepth + <usize>n * bColumn, bDepth, bColumn,
          k == 0 && bias ? bias + <usize>n * FLOAT : 0,
          out + <usize>n * FLOAT, outRow, scratch, k > 0
        );
    a += aBatch;
    b += bBatch;
    out += <usize>M * outRow;
  }
}

/** All rows of A by one part of B; added to what is there if `adds`. */
function multiplyPart(
  M: i32, columns: i32, depth: i32,
  a: usize, aRow: usize, aDepth: usize,
  b: usize, bDepth: usize, bColumn: usize,
  bias: usize, out: usize, outRow: usize, scratch: usize, adds: bool
): void {
  const packedB = scratch;
  const packedA = packedB + <usize>(DEPTH * COLUMNS) * FLOAT;
  const spare = packedA + <usize>(DEPTH * ROWS) * FLOAT;
  const length = <usize>depth * FLOAT;
  for (let n = 0; n < columns; n += 4) {
    // The left or the right half of a row of eight.
    const to = packedB + <usize>(n & ~7) * length + <usize>(n & 4) * FLOAT;
    pack(depth, columns - n, b + <usize>n * bColumn, bColumn, bDepth, to, 2 * VECTOR);
  }
  for (let m = 0; m < M; m += ROWS) {
    const rows = min(ROWS, M - m);
    for (let r = 0; r < rows; r += TILE_ROWS)
      pack(depth, rows - r, a + <usize>(m + r) * aRow, aRow, aDepth, packedA + <usize>r * length, VECTOR);
    for (let n = 0; n < columns; n += TILE_COLUMNS)
      for (let r = 0; r < rows; r += TILE_ROWS)
        multiplyTile(
          min(TILE_ROWS, rows - r), min(TILE_COLUMNS, columns - n),
          packedA + <usize>r * length, packedB + <usize>n * length, length,
          bias ? bias + <usize>n * FLOAT : 0,
          out + <usize>(m + r) * outRow + <usize>n * FLOAT, outRow, spare, adds
        );
  }
}

/**
 * Copies four rows of A or columns of B, `across` bytes apart, side by side: [depth, 4], each four at a multiple of
 * `toStep` bytes, with zeros where there are fewer than four.
 */
function pack(depth: i32, count: i32, from: usize, across: usize, down: usize, to: usize, toStep: usize): void {
  let k = 0;
  if (count >= 4 && across == FLOAT) {
    for (; k < depth; k++, from += down, to += toStep) v128.store(to, v128.load(from));
  } else if (count >= 4 && down == FLOAT) {
    // Transposes 4 × 4 at a time.
    for (; k + 4 <= depth; k += 4, from += VECTOR) {
      const r0 = v128.load(from);
      const r1 = v128.load(from + across);
      const r2 = v128.load(from + 2 * across);
      const r3 = v128.load(from + 3 * across);
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
      v128.store(to + toStep, v128.shuffle<f64>(low01, low23, 1, 3));
      v128.store(to + 2 * toStep, v128.shuffle<f64>(high01, high23, 0, 2));
      v128.store(to + 3 * toStep, v128.shuffle<f64>(high01, high23, 1, 3));
      to += 4 * toStep;
    }
  }
  for (; k < depth; k++, from += down, to += toStep)
    for (let i = 0; i < 4; i++)
      store<f32>(to + <usize>i * FLOAT, i < count ? load<f32>(from + <usize>i * across) : 0);
}

/** One tile of results: four packed rows of A by eight packed columns of B. A row of A is `length` ≥ 4 bytes long. */
function multiplyTile(
  rows: i32, columns: i32,
  a: usize, b: usize, length: usize,
  bias: usize, out: usize, outRow: usize, spare: usize, adds: bool
): void {
  let s00 = f32x4.splat(0), s01 = s00;
  let s10 = s00, s11 = s00;
  let s20 = s00, s21 = s00;
  let s30 = s00, s31 = s00;

  // Two terms a round, with a way out between them: it keeps V8 from loading for both first, which takes more registers
  // than there are. For the same reason the tile is no larger.
  const end = b + length * TILE_COLUMNS;
  const last = end - 2 * VECTOR;
  while (true) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, VECTOR);
    let x = v128.load32_splat(a);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, FLOAT);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 2 * FLOAT);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 3 * FLOAT);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
    if (b == last) break;
    b0 = v128.load(b, 2 * VECTOR);
    b1 = v128.load(b, 3 * VECTOR);
    x = v128.load32_splat(a, 4 * FLOAT);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 5 * FLOAT);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 6 * FLOAT);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 7 * FLOAT);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
    b += 4 * VECTOR;
    a += 2 * VECTOR;
    if (b == end) break;
  }

  writeRow(columns, s00, s01, bias, out, spare, adds);
  if (rows > 1) writeRow(columns, s10, s11, bias, out + outRow, spare, adds);
  if (rows > 2) writeRow(columns, s20, s21, bias, out + 2 * outRow, spare, adds);
  if (rows > 3) writeRow(columns, s30, s31, bias, out + 3 * outRow, spare, adds);
}

/** Writes the first `columns` of eight results, through `spare` where there are fewer than eight. */
@inline
function writeRow(
  columns: i32, left: v128, right: v128, bias: usize, out: usize, spare: usize, adds: bool
): void {
  // What the results are added to; there never are both.
  const base = adds ? out : bias;
  if (columns == TILE_COLUMNS) {
    if (base) {
      left = f32x4.add(v128.load(base), left);
      right = f32x4.add(v128.load(base, VECTOR), right);
    }
    v128.store(out, left);
    v128.store(out, right, VECTOR);
    return;
  }
  v128.store(spare, left);
  v128.store(spare, right, VECTOR);
  for (let n = 0; n < columns; n++) {
    const at = <usize>n * FLOAT;
    const sum = load<f32>(spare + at);
    store<f32>(out + at, base ? load<f32>(base + at) + sum : sum);
  }
}
