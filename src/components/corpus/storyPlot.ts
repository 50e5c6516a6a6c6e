import type {Teller} from "./storyTeller.js";
import {kin, numerals, type Person, people} from "./storyWords.js";

/** What happens to a hero. `tell` goes on after "<hero> <beginning>" and returns who else was there. */
export interface Plot {
  beginning: string;
  tell(teller: Teller, hero: Person): string;
  /** What a grown-up may say of it at the end. */
  lessons: readonly string[];
}

/** Another child, by name or, when there is a relation to name, perhaps as "her cousin Tom". */
export function chooseFriend({choose}: Teller, hero: Person, after: string, relations = kin): Person {
  const others = without(people, hero);
  const friend = choose<Person | string>(
    [...others, ...relations],
    (alternative) =>
      typeof alternative === "string" ? `${hero.his} ${alternative} ` : alternative.name + after,
    (alternative) => (typeof alternative === "string" ? others.length / relations.length : 1)
  );
  return typeof friend === "string" ? choose(others, ({name}) => name + after) : friend;
}

export function chooseNumber({choose}: Teller, from: number, to: number): number {
  return choose(numbers(from, to), (n) => numerals[n]!);
}

export const numbers = (from: number, to: number): number[] =>
  Array.from({length: to - from + 1}, (_, i) => from + i);

/** "one apple", "two apples", "no apples". */
export const amount = (n: number, {one, many}: {one: string; many: string}): string =>
  `${numerals[n]} ${n === 1 ? one : many}`;

export const without = <T>(list: readonly T[], item: T): T[] => list.filter((other) => other !== item);

export const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1);
