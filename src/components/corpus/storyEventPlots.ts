import {capital, chooseFriend, type Plot, without} from "./storyPlot.js";
import {
  animals,
  colours,
  delays,
  goals,
  indoors,
  keepsakes,
  needs,
  outdoors,
  sounds,
  treasures,
  weathers
} from "./storyWords.js";

/** A thing is lost, asked for by name, and found where it was said to be. */
export const losing: Plot = {
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
export const helping: Plot = {
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

/** The one who stops loses. */
export const racing: Plot = {
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
export const listening: Plot = {
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
export const goingOut: Plot = {
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
