import {expect, test, vi} from "vitest";
import {
  DEFAULT_SETTINGS,
  PROMPT_LIMIT,
  readSettings,
  SETTINGS_KEY,
  SettingsStore
} from "../../src/components/studio/settings.js";

/** A local storage that several stores share, and the tabs that hear of it. */
function browser(stored: string | null = null) {
  let value = stored;
  return {
    storage: {
      getItem: () => value,
      setItem(_: string, text: string) {
        value = text;
      }
    },
    stored: () => value
  };
}

test.each([null, "", "nonsense{", "null", "[]", "7", '{"temperature":"hot","topK":{},"seed":1.5}'])(
  "damaged settings %j become the defaults",
  (stored) => expect(readSettings(stored)).toEqual(DEFAULT_SETTINGS)
);

test("impossible fields have their defaults and the others are kept", () => {
  const stored = {
    temperature: -1,
    topK: 0,
    topP: 0.5,
    minP: 1.5,
    seed: 2 ** 32,
    prompt: "x".repeat(PROMPT_LIMIT + 1),
    passage: "Once.",
    model: "shipped",
    more: 1
  };
  expect(readSettings(JSON.stringify(stored))).toEqual({
    ...DEFAULT_SETTINGS,
    topP: 0.5,
    passage: "Once.",
    model: "shipped"
  });
});

test("a text's length is counted in characters, as the boxes say", () => {
  const prompt = "🙂".repeat(PROMPT_LIMIT);
  expect(readSettings(JSON.stringify({prompt})).prompt).toBe(prompt);
  expect(readSettings(JSON.stringify({prompt: `${prompt}🙂`})).prompt).toBe(null);
});

test("settings survive the page, and another tab hears of them", () => {
  const {storage, stored} = browser();
  const tabs = new EventTarget();
  const first = new SettingsStore(storage, new EventTarget());
  const second = new SettingsStore(storage, tabs);
  const heard = vi.fn();
  second.subscribe(heard);
  first.set({temperature: 0.5, prompt: "<script>"});
  expect(new SettingsStore(storage, new EventTarget()).value).toEqual(first.value);
  tabs.dispatchEvent(Object.assign(new Event("storage"), {key: "other", newValue: "{}"}));
  expect(heard).not.toHaveBeenCalled();
  tabs.dispatchEvent(Object.assign(new Event("storage"), {key: SETTINGS_KEY, newValue: stored()}));
  expect(heard).toHaveBeenCalledExactlyOnceWith(first.value);
  tabs.dispatchEvent(Object.assign(new Event("storage"), {key: null, newValue: null}));
  expect(second.value).toEqual(DEFAULT_SETTINGS);
  second.dispose();
  tabs.dispatchEvent(Object.assign(new Event("storage"), {key: SETTINGS_KEY, newValue: stored()}));
  expect(second.value).toEqual(DEFAULT_SETTINGS);
});

test("a full or missing storage does not stop the page", () => {
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    }
  };
  for (const storage of [full, null]) {
    const store = new SettingsStore(storage, new EventTarget());
    store.set({seed: 9});
    expect(store.value.seed).toBe(9);
  }
});
