// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.

/**
 * out[i] = table[ids[i]]: table [height, width], ids [count] int32, out [count, width]. Returns the place of the first
 * id that the table does not have, where it stops; `count` if there is none.
 */
export function copyRowsByIds(count: i32, height: i32, width: i32, table: usize, ids: usize, out: usize): i32 {
  const bytes = <usize>width * 4;
  for (let i = 0; i < count; i++, out += bytes) {
    const id = load<u32>(ids + <usize>i * 4);
    if (id >= <u32>height) return i;
    memory.copy(out, table + id * bytes, bytes);
  }
  return count;
}

/** table[ids[i]] += x[i], one after the other, from a table of zeros; ids that the table does not have are left out. */
export function addRowsByIds(count: i32, height: i32, width: i32, x: usize, ids: usize, table: usize): void {
  const bytes = <usize>width * 4;
  memory.fill(table, 0, <usize>height * bytes);
  for (let i = 0; i < count; i++, x += bytes) {
    const id = load<u32>(ids + <usize>i * 4);
    if (id >= <u32>height) continue;
    const row = table + id * bytes;
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16) v128.store(row + at, f32x4.add(v128.load(row + at), v128.load(x + at)));
    for (; at < bytes; at += 4) store<f32>(row + at, load<f32>(row + at) + load<f32>(x + at));
  }
}
