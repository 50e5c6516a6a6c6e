/**
 * A seeded generator of random numbers whose whole state is four 32-bit integers, so that a run can be
 * stopped, stored and continued on the same sequence. Algorithm: sfc32 (Chris Doty-Humphrey, PractRand),
 * seeded through splitmix32. Everything random in the project takes one of these as an argument.
 */
export type RandomState = readonly [number, number, number, number];

export interface Random {
  /** A uniform integer in [0, 2³²). */
  uint32(): number;
  /** A uniform number in [0, 1) with 32 random bits. */
  uniform(): number;
  /** A uniform integer in [0, n). */
  integer(n: number): number;
  /** A normal deviate with mean 0 and variance 1 (Box–Muller; one pair of uniforms a call, nothing kept back). */
  normal(): number;
  /** The state after the numbers drawn so far. */
  state(): RandomState;
}

/** The largest seed that readers may choose: a state is made of 32 of its bits. */
export const LARGEST_SEED = 2 ** 32 - 1;

/** A generator from an integer seed, or one that continues from a state that `state()` returned. */
export function createRandom(seed: number | RandomState): Random {
  let [a, b, c, counter] = typeof seed === "number" ? expandSeed(seed) : seed;

  function uint32(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  }

  const uniform = () => uint32() / 2 ** 32;

  return {
    uint32,
    uniform,
    integer: (n) => Math.floor(uniform() * n),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    state: () => [a, b, c, counter]
  };
}

/** splitmix32, so that neighbouring seeds start far apart; sfc32's first outputs are discarded as its author advises. */
function expandSeed(seed: number): RandomState {
  let x = seed | 0;
  const next = () => {
    x = (x + 0x9e3779b9) | 0;
    let z = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  };
  const random = createRandom([next(), next(), next(), 1]);
  for (let i = 0; i < 12; i++) random.uint32();
  return random.state();
}
