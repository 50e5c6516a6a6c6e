/**
 * An object each of whose values is made when it is first read. A page shows every figure in a cell of its own, and
 * each cell runs in a task of its own: figures that are made by then, one by one, never hold the page up together.
 */
export function lazily<T extends object>(makers: {[K in keyof T]: () => T[K]}): T {
  const lazy = {};
  for (const [name, make] of Object.entries(makers) as [string, () => unknown][]) {
    let made: {value: unknown} | undefined;
    Object.defineProperty(lazy, name, {
      enumerable: true,
      get: () => {
        made ??= {value: make()};
        return made.value;
      }
    });
  }
  return lazy as T;
}
