/**
 * How often each Unicode code point occurs in a text, in order of code point. A surrogate without its
 * partner, which no UTF-8 file can hold, counts as a code point of its own.
 */
export function characterCounts(text: string): Map<string, number> {
  const basic = new Uint32Array(0x10000);
  const astral = new Map<number, number>();
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i)!;
    if (point < 0x10000) basic[point]!++;
    else {
      astral.set(point, (astral.get(point) ?? 0) + 1);
      i++;
    }
  }
  const counts = new Map<string, number>();
  basic.forEach((count, point) => {
    if (count > 0) counts.set(String.fromCharCode(point), count);
  });
  for (const [point, count] of [...astral].sort(([a], [b]) => a - b))
    counts.set(String.fromCodePoint(point), count);
  return counts;
}
