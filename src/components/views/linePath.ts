/** Points as an SVG path of straight lines, to a tenth of a pixel; `px` and `py` say where numbers lie. */
export const linePath = (
  points: readonly (readonly [x: number, y: number])[],
  px: (x: number) => number,
  py: (y: number) => number
): string =>
  points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${px(x).toFixed(1)},${py(y).toFixed(1)}`).join("");
