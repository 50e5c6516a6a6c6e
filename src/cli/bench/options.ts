/** An option that is a whole number from `least`; undefined where it is absent. Throws RangeError for anything else. */
export function countOption(name: string, text: unknown, least = 1): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (String(text).trim() === "" || !Number.isInteger(value) || value < least)
    throw new RangeError(`--${name} is “${text}”; it must be a whole number from ${least}.`);
  return value;
}

/** An option that is one of a few words. Throws RangeError, naming them, for another. */
export function choiceOption<Choice extends string>(
  name: string,
  text: unknown,
  choices: readonly Choice[]
): Choice {
  const known = choices.find((choice) => choice === text);
  if (!known) throw new RangeError(`--${name} is “${text}”; it must be one of ${choices.join(", ")}.`);
  return known;
}
