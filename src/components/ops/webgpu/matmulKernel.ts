import type {ElementType, Grid, Kernel} from "../../webgpu/runner.js";

/** Products of matrices of the same sizes: [.., M, K] · [.., K, N] → [.., M, N], `batch` of them. */
export interface Product {
  batch: number;
  M: number;
  N: number;
  K: number;
  /** Whether A lies as [K, M]. */
  transposeA: boolean;
  /** Whether B lies as [N, K]. */
  transposeB: boolean;
}

/** How a product is cut among threads. */
export interface Tiling {
  /** Rows of results that one thread computes, and its columns; multiples of 4. */
  rows: number;
  columns: number;
  /** Threads of a workgroup along the columns and along the rows. */
  threads: readonly [x: number, y: number];
  /**
   * Terms of the sums that a workgroup fetches at once into its own memory, for all its threads; 0 where each thread
   * fetches what it needs by itself and none ever waits for another.
   */
  depth: number;
  /**
   * Whether numbers are multiplied in half precision, and sums kept in it for `depth` terms before float32 takes them
   * over: the longer such a chunk, the more of its digits go (Wang et al. 2018).
   */
  isHalf?: boolean;
}

/** What is done besides the product. */
export interface Extras {
  /** Further arrays that are read or written, all with the elements of y. */
  reads?: readonly string[];
  writes?: readonly string[];
  /** Functions that `finish` calls. */
  functions?: string;
  /**
   * WGSL between a finished sum and its place: statements that may read the arrays at [i], the element's place in y,
   * and at [column], its place in a row, and that change `value`. Elements are vec4<f32> where 4 divides N, else f32.
   */
  finish?: string;
  /** Whether the sum of B's rows is wanted, too: it is written to the array `sums`, [N]. */
  sumsOfB?: boolean;
  /**
   * Parts that the terms of each sum are cut into, where batch is 1. y then is [parts, M·N], or [parts, M·N + N] with
   * the sums of B's rows at the end of each part.
   */
  parts?: number;
}

/** The elements of an array whose rows are that long: four at once where that comes out even. */
export const elementOf = (length: number): ElementType => (length % 4 === 0 ? "vec4<f32>" : "f32");

const numbers = (count: number) => [...Array(count).keys()];
const joined = (count: number, line: (i: number) => string) => numbers(count).map(line).join("\n");

/**
 * The shader of a product and its workgroups. Every thread adds up a patch of rows × columns results in registers, four
 * terms at a time and in the order of K, so that each number fetched serves a whole row or column of the patch.
 */
export function matmulKernel(
  product: Product,
  tiling: Tiling,
  extras: Extras = {}
): {kernel: Kernel; grid: Grid} {
  const {batch, M, N, K, transposeA, transposeB} = product;
  const {rows, columns, threads, depth, isHalf = false} = tiling;
  const {reads = [], writes = [], functions = "", finish = "", sumsOfB = false, parts = 1} = extras;
  const [rowBlocks, columnBlocks] = [rows / 4, columns / 4];
  const element = elementOf(N);
  /** Terms of one part, a whole number of steps. */
  const step = depth || 4;
  const length = Math.ceil(K / parts / step) * step;
  const isWide = element !== "f32";
  /** Elements from one matrix of y to the next. */
  const stride = (M * N + (sumsOfB && parts > 1 ? N : 0)) / (isWide ? 4 : 1);
  const kind = (transposeA ? "T" : "N") + (transposeB ? "T" : "N");

  const add = (
    sum: string,
    a: (block: number, k: number) => string,
    b: (block: number, k: number) => string,
    terms: number
  ) =>
    joined(terms, (k) =>
      joined(rows, (r) =>
        numbers(columnBlocks)
          .map((q) => `${sum}${r}_${q} += ${a(r >> 2, k)}[${r & 3}] * ${b(q, k)};`)
          .join(" ")
      )
    );
  const addRowsOfB = (b: (block: number, k: number) => string, terms: number) =>
    sumsOfB
      ? `if (group.y == 0u) {\n${joined(terms, (k) => joined(columnBlocks, (q) => `sumOfB${q} += ${isHalf ? `vec4<f32>(${b(q, k)})` : b(q, k)};`))}\n}`
      : "";

  const fetchAlone = `
  for (var k4 = first / 4u; k4 < end / 4u; k4++) {
    ${joined(rowBlocks, (p) => `let a${p} = blockOfA(startA, row4_${p}, k4);`)}
    ${joined(columnBlocks, (q) => `let b${q} = blockOfB(startB, column4_${q}, k4);`)}
    ${add(
      "sum",
      (p, k) => `a${p}[${k}]`,
      (q, k) => `b${q}[${k}]`,
      4
    )}
    ${addRowsOfB((q, k) => `b${q}[${k}]`, 4)}
  }`;

  const shared = isHalf ? "vec4<f16>" : "vec4<f32>";
  const [across, down] = [threads[0] * columnBlocks, threads[1] * rowBlocks];
  const fetchTogether = `
  for (var k = first; k < end; k += ${depth}u) {
    // The workgroup's threads share out the blocks of 4 × 4 that all of them need next.
    ${share("A", down, !transposeA)}
    ${share("B", across, transposeB)}
    workgroupBarrier();
    ${isHalf ? joined(rows, (r) => joined(columnBlocks, (q) => `var part${r}_${q} = vec4<f16>();`)) : ""}
    for (var i = 0u; i < ${depth}u; i++) {
      ${joined(rowBlocks, (p) => `let a${p} = tileA[i * ${down + 1}u + local.y + ${p * threads[1]}u];`)}
      ${joined(columnBlocks, (q) => `let b${q} = tileB[i * ${across + 1}u + local.x + ${q * threads[0]}u];`)}
      ${add(
        isHalf ? "part" : "sum",
        (p) => `a${p}`,
        (q) => `b${q}`,
        1
      )}
      ${addRowsOfB((q) => `b${q}`, 1)}
    }
    ${isHalf ? joined(rows, (r) => joined(columnBlocks, (q) => `sum${r}_${q} += vec4<f32>(part${r}_${q});`)) : ""}
    workgroupBarrier();
  }`;

  /** Fetches a tile of `blocks` blocks of four along the one axis and `depth` terms along the other. */
  function share(side: "A" | "B", blocks: number, liesAlongK: boolean): string {
    const total = (blocks * depth) / 4;
    // Neighbouring threads fetch what lies side by side.
    const [place, k4] = liesAlongK
      ? [`i / ${depth / 4}u`, `i % ${depth / 4}u`]
      : [`i % ${blocks}u`, `i / ${blocks}u`];
    const first = side === "A" ? `group.y * ${down}u` : `group.x * ${across}u`;
    return `for (var i = thread; i < ${total}u; i += ${threads[0] * threads[1]}u) {
      let place = ${place};
      let k4 = ${k4};
      let block = blockOf${side}(start${side}, ${first} + place, k / 4u + k4);
      ${joined(4, (j) => `tile${side}[(4u * k4 + ${j}u) * ${blocks + 1}u + place] = ${shared}(block[${j}]);`)}
    }`;
  }

  const code = `
// Y = A·B${kind === "NN" ? "" : `, ${transposeA ? "Aᵀ" : "A"} and ${transposeB ? "Bᵀ" : "B"} read as they lie`}: ${M} × ${N} sums of ${K} terms.
const M = ${M}u;
const N = ${N}u;
const K = ${K}u;
${depth ? `// One number of padding a row keeps threads that write side by side off the same bank of memory.\nvar<workgroup> tileA: array<${shared}, ${(down + 1) * depth}>;\nvar<workgroup> tileB: array<${shared}, ${(across + 1) * depth}>;` : ""}
${functions}
${blockOf("A", M, K, !transposeA, K % step !== 0)}
${blockOf("B", N, K, transposeB, K % step !== 0)}
fn store(matrix: u32, row: u32, column4: u32, sum: vec4<f32>) {
  if (row >= M) { return; }
  let start = matrix * ${stride}u + row * ${isWide ? "(N / 4u)" : "N"};
  ${
    isWide
      ? "storeElement(start, column4, sum);"
      : joined(4, (j) => `storeElement(start, 4u * column4 + ${j}u, sum[${j}]);`)
  }
}
fn storeElement(start: u32, column: u32, sum: ${element}) {
  if (column >= ${isWide ? "N / 4u" : "N"}) { return; }
  let i = start + column;
  var value = sum;
  ${finish}
  y[i] = value;
}
@compute @workgroup_size(${threads[0]}, ${threads[1]})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(local_invocation_index) thread: u32
) {
  // Blocks of four rows and four columns that are this thread's; neighbours take turns, to read side by side.
  ${joined(rowBlocks, (p) => `let row4_${p} = group.y * ${down}u + local.y + ${p * threads[1]}u;`)}
  ${joined(columnBlocks, (q) => `let column4_${q} = group.x * ${across}u + local.x + ${q * threads[0]}u;`)}
  ${depth ? "" : "if (4u * row4_0 >= M || 4u * column4_0 >= N) { return; }"}
  ${
    parts > 1
      ? `let first = group.z * ${length}u;\n  let end = min(first + ${length}u, ${Math.ceil(K / step) * step}u);\n  const startA = 0u;\n  const startB = 0u;`
      : `const first = 0u;\n  const end = ${Math.ceil(K / step) * step}u;\n  let startA = group.z * ${(M * K) / (widthOf(M, K, !transposeA) ?? 1)}u;\n  let startB = group.z * ${(N * K) / (widthOf(N, K, transposeB) ?? 1)}u;`
  }
  ${joined(rows, (r) => joined(columnBlocks, (q) => `var sum${r}_${q} = vec4<f32>();`))}
  ${sumsOfB ? joined(columnBlocks, (q) => `var sumOfB${q} = vec4<f32>();`) : ""}
  ${depth ? fetchTogether : fetchAlone}
  ${joined(rows, (r) => joined(columnBlocks, (q) => `store(group.z, 4u * row4_${r >> 2} + ${r & 3}u, column4_${q}, sum${r}_${q});`))}
  ${sumsOfB ? `if (group.y == 0u && local.y == 0u) {\n${joined(columnBlocks, (q) => storeSums(q))}\n}` : ""}
}`;

  function storeSums(q: number): string {
    const [array, start] =
      parts > 1 ? ["y", `group.z * ${stride}u + ${(M * N) / (isWide ? 4 : 1)}u + `] : ["sums", ""];
    if (isWide) return `if (column4_${q} < N / 4u) { ${array}[${start}column4_${q}] = sumOfB${q}; }`;
    return joined(4, (j) => {
      const column = `4u * column4_${q} + ${j}u`;
      return `if (${column} < N) { ${array}[${start}${column}] = sumOfB${q}[${j}]; }`;
    });
  }

  const arrays = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, element]));
  return {
    kernel: {
      name: `MatMul ${kind}`,
      reads: {
        a: elementOf(transposeA ? M : K),
        b: elementOf(transposeB ? K : N),
        ...arrays(reads)
      },
      writes: {...arrays(writes), y: element, ...(sumsOfB && parts === 1 && {sums: element})},
      code,
      ...(isHalf && {extensions: ["f16"]}),
      flops: 2 * batch * M * N * K,
      sizes: `${batch > 1 ? `${batch}×` : ""}${M}×${K}×${N}`
    },
    grid: [Math.ceil(N / 4 / across), Math.ceil(M / 4 / down), Math.max(batch, parts)]
  };
}

/** 4 where a side's rows are read four numbers at once. */
const widthOf = (across: number, K: number, liesAlongK: boolean) =>
  elementOf(liesAlongK ? K : across) === "f32" ? 1 : 4;

/**
 * A function that fetches the block of four rows of A (or columns of B) from 4·place on and four terms from 4·k4 on:
 * its column k holds term k of the four. Places beyond the matrix repeat its last one, since their sums are not
 * stored; terms beyond K are zeros where `isGuarded`.
 */
function blockOf(
  side: "A" | "B",
  across: number,
  K: number,
  liesAlongK: boolean,
  isGuarded: boolean
): string {
  const array = side.toLowerCase();
  const size = side === "A" ? "M" : "N";
  const guarded = (type: string, value: string, k: string) =>
    isGuarded ? `select(${type}(), ${value}, ${k} < K)` : value;
  const isWide = widthOf(across, K, liesAlongK) === 4;
  const head = `fn blockOf${side}(start: u32, place: u32, k4: u32) -> mat4x4<f32>`;
  if (isWide && liesAlongK)
    return `${head} {
  return transpose(mat4x4(
    ${numbers(4)
      .map((i) =>
        guarded(
          "vec4<f32>",
          `${array}[start + min(4u * place + ${i}u, ${size} - 1u) * (K / 4u) + k4]`,
          "4u * k4"
        )
      )
      .join(",\n    ")}
  ));
}`;
  if (isWide)
    return `${head} {
  let column = start + min(place, ${size} / 4u - 1u);
  return mat4x4(
    ${numbers(4)
      .map((j) =>
        guarded("vec4<f32>", `${array}[column + (4u * k4 + ${j}u) * (${size} / 4u)]`, `4u * k4 + ${j}u`)
      )
      .join(",\n    ")}
  );
}`;
  return `${head} {
  ${joined(4, (i) => `let p${i} = min(4u * place + ${i}u, ${size} - 1u);`)}
  let k = 4u * k4;
  return mat4x4(
    ${numbers(4)
      .map((j) =>
        numbers(4)
          .map((i) =>
            guarded(
              "f32",
              `${array}[start + ${liesAlongK ? `p${i} * K + k + ${j}u` : `(k + ${j}u) * ${size} + p${i}`}]`,
              `k + ${j}u`
            )
          )
          .join(", ")
      )
      .join(",\n    ")}
  );
}`;
}
