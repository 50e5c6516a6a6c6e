/**
 * One declaration of a TypeScript source with its docstring: from the comment above `function name`, `class name` or
 * `const name` to the end of it, found by indentation as the formatter leaves it; "Class.method" is a method. Throws
 * RangeError where the source has none of that name, so that a page cannot show what is no longer there.
 */
export function excerpt(source: string, name: string): string {
  const [owner = "", method] = name.split(".");
  if (method === undefined)
    return declared(
      source,
      name,
      `(export )?(default )?(async )?(function\\*?|class|const|interface|type) ${name}\\b`
    );
  const body = excerpt(source, owner).replace(/^ {2}/gm, "");
  return declared(body, name, `((private|protected|static|async|get) )*\\*?${method}\\(`);
}

/** The lines from the comment above the first that begins with `pattern` to the end of what it opens. */
function declared(source: string, name: string, pattern: string): string {
  const lines = source.split("\n");
  const declaration = new RegExp(`^${pattern}`);
  const at = lines.findIndex((line) => declaration.test(line));
  if (at < 0) throw new RangeError(`The source declares nothing named ${name}.`);
  let start = at;
  while (start > 0 && /^(\/\*\*| \*|\/\/)/.test(lines[start - 1]!)) start -= 1;
  let end = at;
  for (let i = at + 1; i < lines.length; i++) {
    const line = lines[i]!;
    // "): number {" closes the parameters and opens the body.
    const closes = /^[})\]]/.test(line);
    if (closes && !/[{([]$|=>$/.test(line)) {
      end = i;
      break;
    }
    if (!closes && /^\S/.test(line)) break;
    if (line !== "") end = i;
  }
  return lines.slice(start, end + 1).join("\n");
}
