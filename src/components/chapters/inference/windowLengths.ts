/** Lengths of windows up to the longest, each four times the one before. */
export function windowLengths(longest: number): number[] {
  const lengths = [longest];
  while (lengths[0]! > 15) lengths.unshift(Math.floor(lengths[0]! / 4));
  return lengths;
}
