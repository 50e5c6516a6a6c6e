import {capital, type Plot} from "./storyPlot.js";
import {plots} from "./storyPlots.js";
import type {Teller} from "./storyTeller.js";
import {dreams, elders, homes, type Person, pastimes, people, traits, weekdays} from "./storyWords.js";

/**
 * The grammar of the default corpus: tells one short tale, ended by a blank line. A hero is introduced, one
 * thing happens (`storyPlots.ts`), and the tale closes. What a model can learn from it: names that return
 * with the right pronouns, quotation marks that close, sums that come out, singular and plural, and effects
 * that follow from their causes.
 */
export function tellStory(teller: Teller): void {
  const hero = introduction(teller);
  time(teller);
  let plot: Plot | undefined;
  let companion: string;
  let more: boolean;
  do {
    teller.say(`${hero.name} `);
    const fresh = plots.filter((candidate) => candidate !== plot);
    plot = teller.choose(fresh, ({beginning}) => beginning);
    companion = plot.tell(teller, hero);
    more = ending(teller, hero, companion, plot.lessons) === "more";
  } while (more);
  teller.say("\n\n");
}

function time({pick, say, choose}: Teller): void {
  const partsOfDay = ["morning", "afternoon", "evening"] as const;
  if (pick("On ", "One ") === "On ") {
    choose(weekdays, (day) => `${day} `);
    pick(...partsOfDay);
  } else {
    pick("quiet ", "busy ", "long ", "lazy ", "strange ", "happy ");
    pick(...partsOfDay, "day");
  }
  say(", ");
}

function introduction(teller: Teller): Person {
  const {pick, say, choose} = teller;
  const namesWeight = 3 / people.length;
  const start = choose<string | Person>(
    ["Once there was a ", "In a ", "This is a tale about ", ...people],
    (alternative) => (typeof alternative === "string" ? alternative : `${alternative.name} was a `),
    (alternative) => (typeof alternative === "string" ? 1 : namesWeight)
  );
  const trait = () => choose(traits, (alternative) => `${alternative} `);
  const child = () => pick("girl", "boy");
  const named = (kind: "girl" | "boy") =>
    choose(
      people.filter((person) => person.child === kind),
      ({name}) => ` named ${name}`
    );

  if (typeof start !== "string") {
    trait();
    say(`${start.child} who `);
    habit(teller);
    return start;
  }
  if (start === "This is a tale about ") {
    const hero = choose(people, ({name}) => `${name}, `);
    say("a ");
    trait();
    say(`${hero.child} who `);
    habit(teller);
    return hero;
  }
  if (start === "In a ") {
    pick("small ", "quiet ", "far ", "snowy ");
    pick("town", "village", "valley", "forest");
    say(" lived a ");
    trait();
    const hero = named(child());
    say(". ");
    return hero;
  }
  trait();
  const hero = named(child());
  say(`. ${capital(hero.he)} `);
  habit(teller);
  return hero;
}

function habit({pick, choose}: Teller): void {
  if (pick("lived ", "loved to ") === "lived ") choose(homes, (home) => `${home}. `);
  else choose(pastimes, (pastime) => `${pastime}. `);
}

/** `companion` is a friend's name, an animal ("the fox") or a grown-up. Returns "more" where the tale goes on. */
function ending(
  {pick, say, choose}: Teller,
  hero: Person,
  companion: string,
  lessons: readonly string[]
): "more" | "end" {
  const [night, day, name, they] = ["That night, ", '"What a ', `${hero.name} `, "They "] as const;
  const [nextDay, later] = ["The next day, ", "A week later, "] as const;
  const start = choose([night, day, name, they, nextDay, later, ...elders], (alternative) =>
    elders.includes(alternative) ? `${alternative} said, "` : alternative
  );
  switch (start) {
    case nextDay:
    case later:
      return "more";
    case night:
      say(`${hero.name} `);
      if (pick("slept well", "dreamed of ") === "dreamed of ") choose(dreams, (dream) => dream);
      say(".");
      break;
    case day:
      pick("good ", "fine ", "lovely ", "funny ");
      say(`day!" said ${hero.name}.`);
      break;
    case name:
      pick(
        "went home happy.",
        "laughed out loud.",
        "smiled all day.",
        "hummed a tune.",
        `and ${companion} sang together.`,
        `and ${companion} had tea.`
      );
      break;
    case they:
      pick(
        "were happy.",
        "laughed and laughed.",
        "stayed until dark.",
        "danced in a ring.",
        "sat down to rest."
      );
      break;
    default:
      choose(lessons, (lesson) => `${lesson}."`);
  }
  return "end";
}
