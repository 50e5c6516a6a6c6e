import type {ModelConfig} from "./config.js";

/**
 * Sinusoidal positions (Vaswani et al. 2017, 3.5): [T, C] row-major; at position t, columns 2i and 2i + 1 hold the
 * sine and cosine of t / 10000^(2i/C).
 */
export function sinusoids(T: number, C: number): Float32Array {
  const table = new Float32Array(T * C);
  for (let t = 0; t < T; t++)
    for (let c = 0; c < C; c++) {
      const angle = t / 10000 ** ((c - (c % 2)) / C);
      table[t * C + c] = c % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  return table;
}

/**
 * ALiBi (Press, Smith & Lewis 2022): what each head subtracts from a score for every step of distance. H slopes
 * 2^(−8/H), 2^(−16/H), …; where H is no power of two, those of the next smaller power and then every other one of
 * twice that, as in the authors' code. Null where another kind of position is chosen.
 */
export function alibiSlopes({position, nHead}: Pick<ModelConfig, "position" | "nHead">): number[] | null {
  if (position !== "alibi") return null;
  const powers = (count: number) => Array.from({length: count}, (_, h) => 2 ** ((-8 * (h + 1)) / count));
  const whole = 2 ** Math.floor(Math.log2(nHead));
  const between = powers(2 * whole).filter((_, h) => h % 2 === 0);
  return [...powers(whole), ...between.slice(0, nHead - whole)];
}
