/** A number as WGSL for the same float32. */
export const f32 = (x: number): string => `f32(${Math.fround(x)})`;
