/**
 * SHA-256 (FIPS 180-4) of bytes that come in pieces: Web Crypto's `digest` wants all of them at once, which a
 * text that is never held whole cannot give.
 */
export class StreamingSha256 {
  private readonly state = Uint32Array.from(INITIAL);
  private readonly block = new Uint8Array(64);
  private readonly schedule = new Uint32Array(64);
  private length = 0;

  update(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const filled = this.length % 64;
      const taken = Math.min(64 - filled, bytes.length - at);
      this.block.set(bytes.subarray(at, at + taken), filled);
      this.length += taken;
      at += taken;
      if (this.length % 64 === 0) this.compress();
    }
  }

  /** Lower-case hexadecimal. Ends the stream: no `update` may follow. */
  digest(): string {
    const bits = 8 * this.length;
    // A one bit, zeros up to 8 bytes before the end of a block, and there the length in bits.
    const zeros = (64 + 56 - ((this.length + 1) % 64)) % 64;
    const end = new Uint8Array(1 + zeros + 8);
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(1 + zeros, Math.floor(bits / 2 ** 32));
    view.setUint32(5 + zeros, bits % 2 ** 32);
    this.update(end);
    return Array.from(this.state, (word) => word.toString(16).padStart(8, "0")).join("");
  }

  /** One block of 64 bytes into the state (section 6.2.2). */
  private compress(): void {
    const {block, schedule: w, state} = this;
    for (let t = 0; t < 16; t++)
      w[t] = (block[4 * t]! << 24) | (block[4 * t + 1]! << 16) | (block[4 * t + 2]! << 8) | block[4 * t + 3]!;
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15]!;
      const y = w[t - 2]!;
      const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
      const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
      w[t] = w[t - 16]! + s0 + w[t - 7]! + s1;
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number
    ];
    for (let t = 0; t < 64; t++) {
      const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const t1 = (h + sum1 + ((e & f) ^ (~e & g)) + ROUND[t]! + w[t]!) | 0;
      const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const t2 = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => {
      state[i] = state[i]! + word;
    });
  }
}

/** SHA-256 of bytes that are all there, in lower-case hexadecimal and at once, where nobody can wait for Web Crypto's. */
export function sha256AtOnce(bytes: Uint8Array): string {
  const hash = new StreamingSha256();
  hash.update(bytes);
  return hash.digest();
}

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

/** The first `count` primes. */
function primes(count: number): bigint[] {
  const found: bigint[] = [];
  for (let n = 2n; found.length < count; n++) if (found.every((prime) => n % prime !== 0n)) found.push(n);
  return found;
}

/** The first 32 bits of the fraction of n's root, the second or the third. */
function rootFraction(n: bigint, root: 2n | 3n): number {
  // ⌊n^(1/root) · 2³²⌋ by bisection.
  const target = n << (32n * root);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** root <= target) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn);
}

/** Section 5.3.3: of the square roots of the first 8 primes; 4.2.2: of the cube roots of the first 64. */
const INITIAL = primes(8).map((prime) => rootFraction(prime, 2n));
const ROUND = Uint32Array.from(primes(64), (prime) => rootFraction(prime, 3n));
