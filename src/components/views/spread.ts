/** Marks of a drawing, those on one another moved apart downwards, `least` pixels from line to line; from the top down. */
export function spread<Mark extends {x: number; y: number}>(marks: readonly Mark[], least = 13): Mark[] {
  const sorted = marks.map((mark) => ({...mark})).sort((a, b) => a.y - b.y);
  for (let i = 1; i < sorted.length; i++)
    for (let j = 0; j < i; j++)
      if (Math.abs(sorted[i]!.x - sorted[j]!.x) < least)
        sorted[i]!.y = Math.max(sorted[i]!.y, sorted[j]!.y + least);
  return sorted;
}
