/** Columns and rows of the drawing. */
const WIDTH = 60;
const HEIGHT = 12;

/**
 * A curve drawn with characters, for files that are read as text: points [x, y] in the order of x, the mean of those that
 * share a column; the highest and the lowest y stand beside it. Fewer than two points make no curve: "".
 */
export function textCurve(points: readonly (readonly [x: number, y: number])[]): string {
  const drawn = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const [first, last] = [drawn[0], drawn.at(-1)];
  if (!first || !last || first[0] === last[0]) return "";
  const columns = Array.from({length: WIDTH}, () => ({sum: 0, count: 0}));
  for (const [x, y] of drawn) {
    const column = columns[Math.round(((x - first[0]) / (last[0] - first[0])) * (WIDTH - 1))]!;
    column.sum += y;
    column.count++;
  }
  const means = columns.map(({sum, count}) => (count > 0 ? sum / count : null));
  const known = means.filter((mean) => mean !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const rowOf = (y: number) =>
    high === low ? HEIGHT - 1 : Math.round(((high - y) / (high - low)) * (HEIGHT - 1));
  const labels = new Map([
    [rowOf(high), high.toFixed(3)],
    [rowOf(low), low.toFixed(3)]
  ]);
  const margin = Math.max(...[...labels.values()].map(({length}) => length));
  const rows = Array.from({length: HEIGHT}, (_, row) => {
    const dots = means.map((mean) => (mean !== null && rowOf(mean) === row ? "*" : " ")).join("");
    return `${(labels.get(row) ?? "").padStart(margin)} |${dots}`.trimEnd();
  });
  const axis = `${" ".repeat(margin)} +${"-".repeat(WIDTH)}`;
  const [from, to] = [String(first[0]), String(last[0])];
  const ends = `${" ".repeat(margin + 2)}${from}${to.padStart(WIDTH - from.length)}`;
  return [...rows, axis, ends].join("\n");
}
