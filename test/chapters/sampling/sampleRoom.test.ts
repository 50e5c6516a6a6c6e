// @vitest-environment jsdom
import {expect, test, vi} from "vitest";
import {sampleRoom} from "../../../src/components/chapters/sampling/sampleRoom.js";
import {readSettings, SETTINGS_KEY} from "../../../src/components/studio/settings.js";

test("a bench that is not open yet will have the settings that are taken to it", () => {
  // A reader who is far away: nothing is fetched.
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe() {}
      disconnect() {}
    }
  );
  localStorage.setItem(SETTINGS_KEY, JSON.stringify({prompt: "Once", temperature: 1.2}));
  const room = sampleRoom({
    model: "",
    modelBytes: 1,
    tokenizer: "",
    run: "",
    corpusMeta: "",
    validation: ""
  });
  room.scrollIntoView = vi.fn();
  room.take({temperature: 0.8, topK: null, topP: 1, minP: 0.1});
  expect(room.scrollIntoView).toHaveBeenCalledOnce();
  expect(readSettings(localStorage.getItem(SETTINGS_KEY))).toMatchObject({
    prompt: "Once",
    temperature: 0.8,
    topK: null,
    topP: 1,
    minP: 0.1
  });
  room.dispose();
  vi.unstubAllGlobals();
});
