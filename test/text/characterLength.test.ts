import {expect, it} from "vitest";
import {characterLength} from "../../src/components/text/characterLength.js";

it.each(["", "plain", "é\n", "🙂", "a🙂b🙂🙂", "\ud83d", "\ude42\ud83d", "\ud83d🙂\ude42"])(
  "counts the code points of %j",
  (text) => expect(characterLength(text)).toBe([...text].length)
);
