/** A model's loss on the ruler. */
export interface Mark {
  name: string;
  /** The letter that stands on the ruler. */
  letter: string;
  /** Nats a token. */
  nats: number;
}

/** The units in which a loss is told, each with what it makes of nats. */
export interface Scale {
  name: string;
  /** At the scale's end, where there is little room. */
  short: string;
  of: (nats: number) => number;
  /** Its inverse. */
  nats: (value: number) => number;
  decimals: number;
}

/** The scales for tokens of a mean length in characters; bits a token only where a token is more than one. */
export function scales(unit: string, charactersPerToken: number): Scale[] {
  const bits = (name: string, short: string, characters: number): Scale => ({
    name,
    short,
    of: (nats) => nats / Math.LN2 / characters,
    nats: (value) => value * Math.LN2 * characters,
    decimals: 3
  });
  return [
    {name: `nats a ${unit}`, short: "nats", of: (nats) => nats, nats: (value) => value, decimals: 3},
    ...(unit === "character" ? [] : [bits(`bits a ${unit}`, "bits", 1)]),
    bits("bits a character", unit === "character" ? "bits" : "bits/char.", charactersPerToken),
    {name: "perplexity", short: "perplexity", of: Math.exp, nats: Math.log, decimals: 2}
  ];
}

/** Values to write along a scale, of 1, 2 and 5 times powers of ten, so that no two stand nearer than `apart` nats. */
export function scaleTicks(scale: Scale, most: number, apart: number): {value: number; nats: number}[] {
  const top = scale.of(most);
  const bottom = scale.of(0);
  const ticks = [{value: bottom, nats: 0}];
  const add = (value: number) => {
    const nats = scale.nats(value);
    if (nats <= most && nats - ticks.at(-1)!.nats >= apart) ticks.push({value, nats});
  };
  if (scale.name === "perplexity") {
    for (let power = 1; power <= top; power *= 10) for (const factor of [1, 2, 3, 5]) add(factor * power);
  } else {
    const rough = scale.of(apart);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough)!;
    for (let i = 1; i * step <= top; i++) add(Number((i * step).toPrecision(6)));
  }
  return ticks;
}

/** Rows for letters at places on a line, so that those nearer than `least` stand one above the other. */
export function stacked(places: readonly number[], least: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
  const ends: number[] = [];
  const rows = new Array<number>(places.length).fill(0);
  for (const i of order) {
    let row = ends.findIndex((end) => places[i]! - end >= least);
    if (row < 0) row = ends.length;
    ends[row] = places[i]!;
    rows[i] = row;
  }
  return rows;
}
