// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.

/** Rows and columns of the tile of results that is kept in registers: 4 × 2 vectors of four floats. */
const TILE_ROWS: i32 = 4;
const TILE_COLUMNS: i32 = 8;
/** Terms that are summed in registers at a time, so that what is read again stays in the nearest cache. */
const DEPTH: i32 = 256;

/** Floats that `scratch` must have place for: packed columns, and a tile of results that is cut at the edge. */
export const SCRATCH: i32 = (DEPTH + TILE_ROWS) * TILE_COLUMNS;

const FLOAT: usize = 4;
const VECTOR: usize = 16;

/**
 * out[i] = A[i]·B[i] for each i of a batch: A [M, K], B [K, N], out [M, N] of float32, out without gaps. A and B lie
 * anywhere: element [m, k] of matrix i of A is at a + i·aBatch + m·aRow + k·aDepth, and likewise for B, all in
 * bytes, so that a transposed matrix needs no copy.
 *
 * Each result adds its K products in one order, which does not depend on the other sizes.
 */
export function matmul(
  batch: i32, M: i32, N: i32, K: i32,
  a: usize, aBatch: usize, aRow: usize, aDepth: usize,
  b: usize, bBatch: usize, bDepth: usize, bColumn: usize,
  out: usize, scratch: usize
): void {
  for (let i = 0; i < batch; i++) {
    for (let k = 0; k < K; k += DEPTH) {
      const depth = min(DEPTH, K - k);
      const aPart = a + <usize>k * aDepth;
      for (let n = 0; n < N; n += TILE_COLUMNS) {
        const columns = min(TILE_COLUMNS, N - n);
        packColumns(depth, columns, b + <usize>k * bDepth + <usize>n * bColumn, bDepth, bColumn, scratch);
        for (let m = 0; m < M; m += TILE_ROWS)
          multiplyTile(
            min(TILE_ROWS, M - m), columns, depth,
            aPart + <usize>m * aRow, aRow, aDepth,
            out + <usize>(m * N + n) * FLOAT, <usize>N * FLOAT,
            scratch, k > 0
          );
      }
    }
    a += aBatch;
    b += bBatch;
    out += <usize>(M * N) * FLOAT;
  }
}

/** Copies up to eight columns side by side, [depth, 8], with zeros where there are fewer. */
function packColumns(depth: i32, columns: i32, b: usize, bDepth: usize, bColumn: usize, packed: usize): void {
  const end = packed + <usize>(depth * TILE_COLUMNS) * FLOAT;
  for (; packed < end; packed += 2 * VECTOR, b += bDepth)
    if (columns < TILE_COLUMNS) {
      for (let n = 0; n < TILE_COLUMNS; n++)
        store<f32>(packed + <usize>n * FLOAT, n < columns ? load<f32>(b + <usize>n * bColumn) : 0);
    } else if (bColumn == FLOAT) {
      v128.store(packed, v128.load(b));
      v128.store(packed, v128.load(b, VECTOR), VECTOR);
    } else {
      v128.store(packed, gather(b, bColumn));
      v128.store(packed, gather(b + 4 * bColumn, bColumn), VECTOR);
    }
}

/** Four floats that lie `stride` bytes apart. */
@inline
function gather(from: usize, stride: usize): v128 {
  let four = v128.load32_zero(from);
  four = v128.load_lane<f32>(from + stride, four, 1);
  four = v128.load_lane<f32>(from + 2 * stride, four, 2);
  return v128.load_lane<f32>(from + 3 * stride, four, 3);
}

/** One tile of results: up to four rows of A by the packed columns; added to what is there if `adds`. */
function multiplyTile(
  rows: i32, columns: i32, depth: i32,
  a0: usize, aRow: usize, aDepth: usize,
  out: usize, outRow: usize,
  packed: usize, adds: bool
): void {
  // A row that is not there is read as the last one, and its results are dropped.
  let a1 = a0 + (rows > 1 ? aRow : 0);
  let a2 = a1 + (rows > 2 ? aRow : 0);
  let a3 = a2 + (rows > 3 ? aRow : 0);
  let s00 = f32x4.splat(0), s01 = s00;
  let s10 = s00, s11 = s00;
  let s20 = s00, s21 = s00;
  let s30 = s00, s31 = s00;

  // Four walking pointers: V8 would compute `a1` and the others afresh in every round from one that walks.
  const end = packed + <usize>(depth * TILE_COLUMNS) * FLOAT;
  for (; packed < end; packed += 2 * VECTOR) {
    const b0 = v128.load(packed);
    const b1 = v128.load(packed, VECTOR);
    let x = v128.load32_splat(a0);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(a1);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(a2);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(a3);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
    a0 += aDepth;
    a1 += aDepth;
    a2 += aDepth;
    a3 += aDepth;
  }

  writeRow(columns, s00, s01, out, end, adds);
  if (rows > 1) writeRow(columns, s10, s11, out + outRow, end, adds);
  if (rows > 2) writeRow(columns, s20, s21, out + 2 * outRow, end, adds);
  if (rows > 3) writeRow(columns, s30, s31, out + 3 * outRow, end, adds);
}

/** Writes the first `columns` of eight results, through `spare` where there are fewer than eight. */
@inline
function writeRow(columns: i32, left: v128, right: v128, out: usize, spare: usize, adds: bool): void {
  if (columns == TILE_COLUMNS) {
    if (adds) {
      left = f32x4.add(v128.load(out), left);
      right = f32x4.add(v128.load(out, VECTOR), right);
    }
    v128.store(out, left);
    v128.store(out, right, VECTOR);
    return;
  }
  v128.store(spare, left);
  v128.store(spare, right, VECTOR);
  for (let n = 0; n < columns; n++) {
    const to = out + <usize>n * FLOAT;
    const sum = load<f32>(spare + <usize>n * FLOAT);
    store<f32>(to, adds ? load<f32>(to) + sum : sum);
  }
}
