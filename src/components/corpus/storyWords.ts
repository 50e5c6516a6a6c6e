/** The words of the story grammar. Lists that are chosen from are prefix-free with what the grammar puts after. */

export interface Person {
  name: string;
  he: "he" | "she";
  him: "him" | "her";
  his: "his" | "her";
  child: "boy" | "girl";
}

const person =
  (he: "he" | "she") =>
  (name: string): Person =>
    he === "he"
      ? {name, he, him: "him", his: "his", child: "boy"}
      : {name, he, him: "her", his: "her", child: "girl"};

/** Every capital letter begins a name, so that the corpus's vocabulary has them all. */
export const people: readonly Person[] = [
  ..."Ada Bella Clara Daisy Eva Fern Grace Hana Ivy Kate Lucy Mia Nora Olive Poppy Queenie Rosa Tess Una Vera Xenia Zoe"
    .split(" ")
    .map(person("she")),
  ..."Arlo Ben Carl Dan Emil Finn Gus Hugo Jack Leo Max Ned Otto Paul Rudi Sam Tom Will Yusuf Zack"
    .split(" ")
    .map(person("he"))
];

export const numerals = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** Something to count, with adjectives that suit it. */
export interface Thing {
  one: string;
  many: string;
  kinds: readonly string[];
}

const thing = (one: string, kinds: string, many = `${one}s`): Thing => ({one, many, kinds: kinds.split(" ")});

/** Things that a child has and gives away. */
export const belongings: readonly Thing[] = [
  thing("apple", "red green sweet"),
  thing("plum", "ripe sweet dark"),
  thing("bun", "warm round sweet"),
  thing("marble", "glass blue shiny"),
  thing("button", "gold red round"),
  thing("crayon", "new blue yellow"),
  thing("sticker", "silver pretty new"),
  thing("walnut", "big brown round"),
  thing("ribbon", "silk pink long"),
  thing("candle", "white tall thin"),
  thing("feather", "long grey soft"),
  thing("penny", "shiny old bright", "pennies"),
  thing("cherry", "ripe red sweet", "cherries"),
  thing("peach", "ripe soft sweet", "peaches")
];

/** Things that are looked for, where, and what becomes of them. */
export interface Harvest {
  many: string;
  /** "to the beach to look for". */
  errand: string;
  /** What a grown-up does with them. */
  use: readonly string[];
}

export const harvests: readonly Harvest[] = [
  {many: "shells", errand: "to the beach to look for", use: ["made a necklace", "put them in a glass jar"]},
  {many: "pears", errand: "to the orchard to pick", use: ["made jam", "baked a pie"]},
  {many: "eggs", errand: "to the barn to look for", use: ["baked a cake", "made pancakes"]},
  {many: "mushrooms", errand: "to the forest to look for", use: ["made a soup", "fried them in butter"]},
  {many: "roses", errand: "to the garden to pick", use: ["put them in a vase", "made a crown"]},
  {many: "chestnuts", errand: "to the park to look for", use: ["roasted them", "made a toy horse"]},
  {many: "lemons", errand: "up the hill to pick", use: ["made lemonade", "baked a tart"]},
  {many: "stones", errand: "to the river to look for", use: ["painted them", "built a little wall"]}
];

export const spots = [
  "by the gate",
  "under a bush",
  "near the wall",
  "behind a log",
  "beside the path",
  "in the long grass",
  "at the foot of a tree",
  "between two rocks",
  "below the bridge",
  "inside a hollow tree"
];

export const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** How one child may be known to another: "her cousin Tom". */
export const kin: readonly string[] = ["friend", "cousin", "neighbour", "best friend", "classmate"];

export const traits = [
  "kind",
  "brave",
  "clever",
  "shy",
  "merry",
  "quiet",
  "tall",
  "busy",
  "gentle",
  "cheerful",
  "polite",
  "dreamy"
];

export const homes = [
  "by the sea",
  "on a farm",
  "near a forest",
  "in a red house",
  "next to a mill",
  "at the end of a lane",
  "high on a hill",
  "beside a lake",
  "above a shop",
  "under a tall tree",
  "with a black cat",
  "across from a school"
];

export const pastimes = [
  "sing",
  "draw",
  "climb trees",
  "read",
  "dance",
  "tell jokes",
  "bake",
  "look at the stars",
  "swim",
  "whistle",
  "paint birds",
  "ask questions"
];

export const elders = ["Mother", "Father", "Grandma", "Grandpa"];

export const treasures = [
  "kite",
  "ball",
  "hat",
  "doll",
  "boat",
  "drum",
  "scarf",
  "book",
  "spoon",
  "bell",
  "whistle",
  "glove",
  "basket",
  "puppet",
  "lantern",
  "spade",
  "mirror",
  "ladder",
  "purse",
  "flute"
];

export const colours = ["red", "blue", "green", "yellow", "white", "orange", "purple", "brown"];

export const indoors = [
  "under the bed",
  "behind the door",
  "in the cupboard",
  "on the shelf",
  "under the table",
  "behind the curtain",
  "on top of the stove",
  "in the big basket"
];

export const outdoors = [
  "in the apple tree",
  "behind the shed",
  "down by the well",
  "on the garden wall",
  "next to the pond",
  "under the bridge",
  "near the old mill",
  "beside the gate"
];

export const animals = [
  "fox",
  "hare",
  "hedgehog",
  "duckling",
  "goose",
  "mouse",
  "bear",
  "owl",
  "frog",
  "kitten",
  "puppy",
  "lamb",
  "pony",
  "crow",
  "goat",
  "squirrel",
  "donkey",
  "rabbit",
  "turtle",
  "sparrow",
  "badger",
  "piglet",
  "wolf",
  "camel"
];

/** What an animal suffers from, what helps, and what then happens: cause and effect. */
export interface Need {
  state: string;
  remedies: readonly string[];
  effects: readonly string[];
}

export const needs: readonly Need[] = [
  {
    state: "hungry",
    remedies: ["a slice of bread", "a bit of cheese", "half of a bun", "a bowl of soup", "some nuts"],
    effects: ["ate every bit", "was not hungry now", "ate and ate"]
  },
  {
    state: "thirsty",
    remedies: ["a cup of water", "a dish of milk", "some cool tea", "a drop of juice"],
    effects: ["drank it all up", "was not thirsty now", "drank and drank"]
  },
  {
    state: "cold",
    remedies: ["a warm scarf", "a wool blanket", "an old coat", "a soft hat"],
    effects: ["was soon warm", "was not cold now", "stopped shaking"]
  },
  {
    state: "tired",
    remedies: ["a soft pillow", "a bed of hay", "a place by the fire"],
    effects: ["fell asleep at once", "slept until dawn", "was not tired now"]
  },
  {
    state: "sad",
    remedies: ["a big hug", "a pretty flower", "a toy to play with"],
    effects: ["began to smile", "was not sad now", "danced with joy"]
  },
  {
    state: "lost",
    remedies: ["a map of the woods", "a lamp for the road", "a ride home"],
    effects: ["was soon home", "was not lost now", "got home safe"]
  }
];

/** Something to make out of counted parts. */
export interface Project {
  make: string;
  made: string;
  one: string;
  many: string;
  after: readonly string[];
}

export const projects: readonly Project[] = [
  {
    make: "bake a cake",
    made: "baked the cake",
    one: "egg",
    many: "eggs",
    after: ["ate the cake", "put jam on the cake"]
  },
  {
    make: "cook a stew",
    made: "cooked the stew",
    one: "carrot",
    many: "carrots",
    after: ["ate the stew", "had the stew for supper"]
  },
  {
    make: "build a raft",
    made: "built the raft",
    one: "log",
    many: "logs",
    after: ["sailed down the river", "rowed across the lake"]
  },
  {
    make: "light a fire",
    made: "lit the fire",
    one: "stick",
    many: "sticks",
    after: ["sat by the fire", "sang by the fire"]
  },
  {
    make: "sew a coat",
    made: "sewed the coat",
    one: "button",
    many: "buttons",
    after: ["gave the coat to Mother", "hung the coat on a hook"]
  },
  {
    make: "mend the roof",
    made: "mended the roof",
    one: "nail",
    many: "nails",
    after: ["stayed dry all winter", "listened to the rain"]
  },
  {
    make: "paint a fence",
    made: "painted the fence",
    one: "brush",
    many: "brushes",
    after: ["stood back to look", "washed the brushes"]
  },
  {
    make: "plant a hedge",
    made: "planted the hedge",
    one: "seed",
    many: "seeds",
    after: ["watered it each day", "watched it grow"]
  }
];

export const goals = [
  "the old oak",
  "the mill",
  "the bridge",
  "the red barn",
  "the top of the hill",
  "the end of the lane",
  "the big gate",
  "the lake",
  "the white stones",
  "the tower"
];

export const delays = [
  "to eat a plum",
  "to tie a shoe",
  "to look at a bee",
  "to talk to a cat",
  "to rest in the shade",
  "to drink at the well",
  "to pick a flower",
  "to chase a butterfly",
  "to count the clouds",
  "to wave at a farmer"
];

/** A sound in the night and who makes it. */
export interface Sound {
  verb: string;
  animal: string;
  because: readonly string[];
}

export const sounds: readonly Sound[] = [
  {verb: "hoot", animal: "an owl", because: ["calling its friends", "looking at the moon"]},
  {verb: "bark", animal: "a dog", because: ["chasing its tail", "asking for a bone"]},
  {verb: "squeak", animal: "a mouse", because: ["eating the cheese", "hiding from the cat"]},
  {verb: "croak", animal: "a frog", because: ["singing in the rain", "catching flies"]},
  {verb: "buzz", animal: "a bee", because: ["looking for a flower", "flying in circles"]},
  {verb: "mew", animal: "a kitten", because: ["asking for milk", "playing with wool"]},
  {verb: "quack", animal: "a duck", because: ["looking for the pond", "counting its eggs"]},
  {verb: "bleat", animal: "a lamb", because: ["looking for its mother", "chewing the hay"]}
];

/** The weather, what one takes along, and what one does in it. */
export interface Weather {
  sight: string;
  take: readonly string[];
  activities: readonly string[];
  result: string;
}

export const weathers: readonly Weather[] = [
  {
    sight: "It was raining",
    take: ["an umbrella", "tall boots"],
    activities: ["jumped in the puddles", "sailed a paper boat"],
    result: "wet"
  },
  {
    sight: "It was snowing",
    take: ["thick mittens", "a wool hat"],
    activities: ["built a snowman", "rode down the hill on a sled"],
    result: "cold"
  },
  {
    sight: "The wind was blowing",
    take: ["a kite", "a paper windmill"],
    activities: ["ran with the wind", "chased the leaves"],
    result: "out of breath"
  },
  {
    sight: "The sun was shining",
    take: ["a straw hat", "a jug of lemonade"],
    activities: ["swam in the lake", "sat under a tree"],
    result: "hot"
  }
];

export const keepsakes = [
  "a shiny stone",
  "a ring",
  "an old map",
  "a letter",
  "a white shell",
  "a music box",
  "a blue feather",
  "a silver cup",
  "a glass bead",
  "a wooden flute",
  "a picture book",
  "a round mirror"
];

/** What a key opens. */
export const locks = ["a wooden box", "an iron chest", "a secret drawer", "a tiny door", "a dusty trunk"];

/** Animals that stand about in numbers, where, and how they leave. */
export interface Flock {
  one: string;
  many: string;
  where: string;
  leave: string;
}

export const flocks: readonly Flock[] = [
  {one: "duck", many: "ducks", where: "on the pond", leave: "swam away"},
  {one: "crow", many: "crows", where: "on the fence", leave: "flew off"},
  {one: "rabbit", many: "rabbits", where: "in the field", leave: "hopped away"},
  {one: "frog", many: "frogs", where: "on a log", leave: "jumped off"},
  {one: "snail", many: "snails", where: "on a leaf", leave: "slid away"},
  {one: "deer", many: "deer", where: "by the stream", leave: "ran away"},
  {one: "pigeon", many: "pigeons", where: "on the roof", leave: "flew off"},
  {one: "goose", many: "geese", where: "in the yard", leave: "walked off"}
];

export const dreams = [
  "a golden boat",
  "a talking fish",
  "a garden in the clouds",
  "a house made of bread",
  "a flying horse",
  "the deep blue sea",
  "a dancing bear",
  "an island of cake",
  "ten thousand stars",
  "a ship with red sails"
];
