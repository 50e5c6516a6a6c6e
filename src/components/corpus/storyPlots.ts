import type {Teller} from "./storyTeller.js";
import {
  animals,
  belongings,
  colours,
  delays,
  elders,
  flocks,
  goals,
  harvests,
  indoors,
  keepsakes,
  kin,
  locks,
  needs,
  numerals,
  outdoors,
  type Person,
  people,
  projects,
  sounds,
  spots,
  treasures,
  weathers
} from "./storyWords.js";

/** What happens to a hero. `tell` goes on after "<hero> <beginning>" and returns who else was there. */
export interface Plot {
  beginning: string;
  tell(teller: Teller, hero: Person): string;
  /** What a grown-up may say of it at the end. */
  lessons: readonly string[];
}

const kindsOfBelongings = belongings.flatMap((thing) => thing.kinds.map((kind) => ({kind, thing})));

/** Subtraction: what one gives away one no longer has. */
const sharing: Plot = {
  beginning: "had ",
  lessons: ["It is good to share", "A gift makes two people glad", "Friends share what they have"],
  tell(teller, hero) {
    const {pick, say, choose} = teller;
    const had = chooseNumber(teller, 3, 6);
    const {thing} = choose(kindsOfBelongings, ({kind, thing: {many}}) => ` ${kind} ${many}. `);
    pick("Along came ", `${capital(hero.he)} met `, `${capital(hero.he)} went to see `);
    const friend = chooseFriend(teller, hero, ", who had none. ");
    const gifts = numbers(1, had - 1);
    const asked = `"May I have `;
    const offered = `"Here `;
    const manner = pick(asked, offered, `${hero.name} gave `);
    let given: number;
    if (manner === asked) {
      given = choose(gifts, (n) => `${numerals[n]}?" asked ${friend.name}. `);
      say(`"Of course," said ${hero.name}. `);
    } else if (manner === offered) {
      given = choose(gifts, (n) => `${n === 1 ? "is" : "are"} ${numerals[n]} for you," `);
      say(`said ${hero.name}. `);
    } else given = choose(gifts, (n) => `${numerals[n]} of them to ${friend.name}. `);
    const left = had - given;
    pick(
      `Now ${hero.name} had ${amount(left, thing)} and ${friend.name} had ${numerals[given]}. `,
      `Then ${hero.name} had ${amount(left, thing)} left. `
    );
    pick(
      `"Thank you, ${hero.name}!" said ${friend.name}. `,
      `"You are kind," said ${friend.name}. `,
      `${friend.name} was very happy. `
    );
    return friend.name;
  }
};

/** Addition: what is found here and there. */
const gathering: Plot = {
  beginning: "went ",
  lessons: ["Good things take time", "You have sharp eyes", "Let us go again soon"],
  tell(teller, hero) {
    const {pick, say, choose} = teller;
    const harvest = choose(harvests, ({errand, many}) => `${errand} ${many}. `);
    say(`${capital(hero.he)} found `);
    const first = chooseNumber(teller, 1, 4);
    const spot = choose(spots, (place) => ` ${place} and `);
    const second = chooseNumber(teller, 1, 4);
    choose(without(spots, spot), (place) => ` ${place}. `);
    const sum = `${numerals[first + second]} ${harvest.many}`;
    pick(`"Now I have ${sum}!" said ${hero.name}. `, `That made ${sum}. `, `So ${hero.name} had ${sum}. `);
    pick(`${hero.name} took them to `, `${hero.name} gave them all to `);
    const elder = choose(elders, (name) => `${name}, who `);
    choose(harvest.use, (use) => `${use}. `);
    return elder;
  }
};

/** A thing is lost, asked for by name, and found where it was said to be. */
const losing: Plot = {
  beginning: "lost ",
  lessons: ["Put your things in their place", "Two find more than one", "It pays to ask"],
  tell(teller, hero) {
    const {pick, say, choose} = teller;
    const colour = choose(colours, (word) => `${hero.his} ${word} `);
    const treasure = choose(treasures, (word) => `${word}. ${capital(hero.he)} looked `);
    const first = choose(indoors, (place) => `${place}, but the ${treasure} was not there. `);
    const again = `Then ${hero.he} looked `;
    const questions = [`"Where is my ${colour} ${treasure}?"`, `"Have you seen my ${colour} ${treasure}?"`];
    if (pick(again, ...questions) === again) {
      choose(without(indoors, first), (place) => `${place}, but it was not there. `);
      pick(...questions);
    }
    say(` ${hero.he} asked `);
    const friend = chooseFriend(teller, hero, ". ");
    pick(`"The ${colour} ${treasure} is `, `"I saw your ${colour} ${treasure} `);
    const place = choose(outdoors, (candidate) => `${candidate}," said ${friend.name}. `);
    pick(
      `${hero.name} ran and found it ${place}. `,
      `${hero.name} and ${friend.name} looked ${place}, and there it was! `,
      `${hero.name} looked ${place} and found the ${treasure}. `
    );
    return friend.name;
  }
};

/** Cause and effect: a need, what helps, what follows. */
const helping: Plot = {
  beginning: "met ",
  lessons: ["Be kind to those in need", "A small kindness goes far", "You have a good heart"],
  tell(teller, hero) {
    const {pick, say, choose} = teller;
    pick("a little ", "a young ", "a small ", "an old ", "a wild ");
    const animal = choose(animals, (word) => word);
    pick(" in the woods. ", " on the road. ", " by the river. ", " near the hill. ");
    const question = `"What is wrong?" asked ${hero.name}. "I am `;
    const need =
      pick(question, `The ${animal} was `) === question
        ? choose(needs, ({state}) => `${state}," said the ${animal}. `)
        : choose(needs, ({state}) => `${state} and began to cry. `);
    pick(`So ${hero.name} gave the ${animal} `, `${hero.name} gave it `);
    choose(need.remedies, (remedy) => `${remedy}. `);
    say(`The ${animal} `);
    choose(need.effects, (effect) => `${effect}. `);
    const gift = `The ${animal} gave ${hero.name} `;
    if (pick(gift, `"Thank you, ${hero.name}!" said the ${animal}. `) === gift)
      choose(keepsakes, (keepsake) => `${keepsake}. `);
    return `the ${animal}`;
  }
};

/** What is missing from a sum. */
const making: Plot = {
  beginning: "wanted to ",
  lessons: ["Many hands make light work", "Well made", "It is good to ask for help"],
  tell(teller, hero) {
    const {pick, say, choose} = teller;
    const project = choose(projects, ({make}) => `${make}. `);
    say(`${capital(hero.he)} needed `);
    const needed = choose(numbers(2, 6), (n) => `${numerals[n]} ${project.many}, but ${hero.he} had only `);
    const had = choose(numbers(1, needed - 1), (n) => `${numerals[n]}. `);
    const missing = needed - had;
    const parts = amount(missing, project);
    pick(
      `"Can I have ${parts}?" ${hero.he} asked `,
      `"May I have ${parts}?" ${hero.he} asked `,
      `"I need ${parts}," ${hero.he} said to `
    );
    const friend = chooseFriend(teller, hero, ". ");
    pick(`"Of course," said ${friend.name}. `, `${friend.name} gave ${hero.him} ${numerals[missing]}. `);
    pick(`Now ${hero.name} had `, `Then ${hero.name} had `);
    say(`${numerals[needed]} ${project.many}, so ${hero.he} ${project.made}. `);
    pick("They ", `${hero.name} and ${friend.name} `);
    choose(project.after, (after) => `${after}. `);
    return friend.name;
  }
};

/** The one who stops loses. */
const racing: Plot = {
  beginning: "and ",
  lessons: ["Slow and steady wins", "The best race is a fair race", "Do not stop too soon"],
  tell(teller, hero) {
    const {pick, say, choose} = teller;
    const friend = chooseFriend(teller, hero, " ran a race to ");
    choose(goals, (goal) => `${goal}. `);
    say("At first ");
    const leader = choose([hero, friend], ({name}) => `${name} was `);
    const winner = leader === hero ? friend : hero;
    pick("ahead, ", "in the lead, ", "faster, ");
    say(`but ${leader.he} stopped `);
    choose(delays, (delay) => `${delay}. `);
    pick(
      `So ${winner.name} won the race. `,
      `${winner.name} ran on and won. `,
      `${winner.name} did not stop, so ${winner.he} won. `
    );
    pick(
      `"You are fast!" said ${leader.name}. `,
      `"Let us race again," said ${leader.name}. `,
      `"Well done, ${winner.name}!" said ${leader.name}. `
    );
    return friend.name;
  }
};

/** Who makes which sound. */
const listening: Plot = {
  beginning: "heard something ",
  lessons: ["There was nothing to fear", "Look before you run", "You were very brave"],
  tell({pick, say, choose}, hero) {
    const sound = choose(sounds, ({verb}) => verb);
    pick(" behind the door. ", " in the yard. ", " under the window. ", " close by. ");
    pick(`"Who is there?" `, `"What is that?" `, `"Did you hear that?" `);
    pick("asked ", "whispered ", "cried ");
    say(`${hero.name}. `);
    pick(
      `It was ${sound.animal}! `,
      `${capital(hero.he)} went to look and saw ${sound.animal}. `,
      `Then out came ${sound.animal}. `
    );
    const animal = sound.animal.replace(/^an? /, "the ");
    choose(sound.because, (because) => `${capital(animal)} was ${because}. `);
    pick(
      `"Hello there!" said ${hero.name}. `,
      `"Do not be afraid," said ${hero.name}. `,
      `${hero.name} was not afraid now. `
    );
    return animal;
  }
};

/** Each weather has its own things and its own games. */
const goingOut: Plot = {
  beginning: "looked out of the window. ",
  lessons: ["There is no bad weather", "Come in and sit by the fire", "Fresh air does you good"],
  tell(teller, hero) {
    const {pick, say, choose} = teller;
    const weather = choose(weathers, ({sight}) => `${sight}, so ${hero.he} took `);
    choose(weather.take, (item) => `${item}. `);
    const call = `"Come out, `;
    const friend =
      pick(call, `${hero.name} ran to `) === call
        ? chooseFriend(teller, hero, `!" called ${hero.name}. `, [])
        : chooseFriend(teller, hero, "'s house. ");
    pick("They ", `${hero.name} and ${friend.name} `);
    choose(weather.activities, (activity) => `${activity}. `);
    say(`Soon they were ${weather.result}, but they `);
    pick("did not mind. ", "wanted to stay. ", "had fun. ");
    return friend.name;
  }
};

/** A key, and what it hides: one thing, or coins that are halved. */
const unlocking: Plot = {
  beginning: "found a ",
  lessons: [
    "Some secrets are worth sharing",
    "Every key has a lock",
    "Half of a treasure is still a treasure"
  ],
  tell(teller, hero) {
    const {pick, say, choose} = teller;
    pick("gold key ", "tiny key ", "rusty key ", "silver key ");
    choose(spots, (spot) => `${spot}. `);
    pick("It opened ", "The key fit ");
    choose(locks, (lock) => `${lock}. `);
    if (pick("Inside was ", "Inside were ") === "Inside was ") {
      const keepsake = choose(keepsakes, (word) => `${word}. `);
      const noun = keepsake.replace(/^an? /, "");
      say(`${hero.name} showed the ${noun} to `);
      const friend = chooseFriend(teller, hero, ". ");
      pick(`"May I see the ${noun}?" `, `"Is that ${noun} yours?" `);
      say(`asked ${friend.name}. `);
      return friend.name;
    }
    const coins = choose([2, 4, 6, 8, 10], (n) => `${numerals[n]} coins. `);
    const half = numerals[coins / 2]!;
    say(`${hero.name} kept ${half} and gave ${half} to `);
    const friend = chooseFriend(teller, hero, ". ");
    pick(`"Thank you, ${hero.name}!" said ${friend.name}. `, `Now they both had ${half}. `);
    return friend.name;
  }
};

/** Counting down. */
const watching: Plot = {
  beginning: "saw ",
  lessons: ["Watch and you will learn", "All things come and go", "You can count well"],
  tell(teller, hero) {
    const {pick, say, choose} = teller;
    const had = chooseNumber(teller, 3, 6);
    const flock = choose(flocks, ({many, where}) => ` ${many} ${where}. `);
    const gone = choose(numbers(1, had - 1), (n) => `Then ${amount(n, flock)} ${flock.leave}. `);
    const left = had - gone;
    pick(`"How many ${flock.many} are left?" asked `, `"How many ${flock.many} do you see?" asked `);
    const friend = chooseFriend(teller, hero, ". ");
    say(`"${capital(numerals[left]!)}," said ${hero.name}. `);
    const goneToo = choose(numbers(1, left), (n) => `Then ${numerals[n]} more ${flock.leave}. `);
    const last = left - goneToo;
    pick("Now ", "So ");
    say(`${amount(last, flock)} ${last === 1 ? "was" : "were"} left. `);
    return friend.name;
  }
};

export const plots: readonly Plot[] = [
  sharing,
  gathering,
  losing,
  helping,
  making,
  racing,
  listening,
  goingOut,
  unlocking,
  watching
];

/** Another child, by name or, when there is a relation to name, perhaps as "her cousin Tom". */
function chooseFriend({choose}: Teller, hero: Person, after: string, relations = kin): Person {
  const others = without(people, hero);
  const friend = choose<Person | string>(
    [...others, ...relations],
    (alternative) =>
      typeof alternative === "string" ? `${hero.his} ${alternative} ` : alternative.name + after,
    (alternative) => (typeof alternative === "string" ? others.length / relations.length : 1)
  );
  return typeof friend === "string" ? choose(others, ({name}) => name + after) : friend;
}

function chooseNumber({choose}: Teller, from: number, to: number): number {
  return choose(numbers(from, to), (n) => numerals[n]!);
}

const numbers = (from: number, to: number): number[] =>
  Array.from({length: to - from + 1}, (_, i) => from + i);

/** "one apple", "two apples", "no apples". */
const amount = (n: number, {one, many}: {one: string; many: string}): string =>
  `${numerals[n]} ${n === 1 ? one : many}`;

const without = <T>(list: readonly T[], item: T): T[] => list.filter((other) => other !== item);

export const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1);
