export interface Cell {
  row: number;
  column: number;
}

export interface GridSize {
  rows: number;
  columns: number;
}

/** The cell itself, or the nearest one that there is. */
export const cellInside = ({row, column}: Cell, {rows, columns}: GridSize): Cell => ({
  row: Math.max(0, Math.min(rows - 1, row)),
  column: Math.max(0, Math.min(columns - 1, column))
});

/**
 * The cell that a key leads to from another, no farther than the edge; null for a key that leads nowhere in a grid.
 * `page` is how many rows Page Up and Page Down go; without it they lead nowhere.
 */
export function cellByKey(key: string, {row, column}: Cell, size: GridSize, page?: number): Cell | null {
  const to: Record<string, Cell> = {
    ArrowUp: {row: row - 1, column},
    ArrowDown: {row: row + 1, column},
    ArrowLeft: {row, column: column - 1},
    ArrowRight: {row, column: column + 1},
    Home: {row, column: 0},
    End: {row, column: size.columns - 1},
    ...(page && {PageUp: {row: row - page, column}, PageDown: {row: row + page, column}})
  };
  const next = to[key];
  return next ? cellInside(next, size) : null;
}
