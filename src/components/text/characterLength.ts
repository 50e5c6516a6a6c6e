/**
 * Characters of a text as people and tokenizers count them: Unicode code points, of which JavaScript's `length`
 * counts those beyond U+FFFF twice.
 */
export function characterLength(text: string): number {
  let pairs = 0;
  for (let i = 0; i < text.length; i++)
    if (text.codePointAt(i)! > 0xffff) {
      pairs++;
      i++;
    }
  return text.length - pairs;
}
