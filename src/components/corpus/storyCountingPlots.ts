import {amount, capital, chooseFriend, chooseNumber, numbers, type Plot, without} from "./storyPlot.js";
import {
  belongings,
  elders,
  flocks,
  harvests,
  keepsakes,
  locks,
  numerals,
  projects,
  spots
} from "./storyWords.js";

const kindsOfBelongings = belongings.flatMap((thing) => thing.kinds.map((kind) => ({kind, thing})));

/** Subtraction: what one gives away one no longer has. */
export const sharing: Plot = {
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
export const gathering: Plot = {
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

/** What is missing from a sum. */
export const making: Plot = {
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

/** A key, and what it hides: one thing, or coins that are halved. */
export const unlocking: Plot = {
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
export const watching: Plot = {
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
