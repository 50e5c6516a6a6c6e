import {expect, it, vi} from "vitest";
import {askToPersist} from "../../src/components/workbench/persistence.js";

it("says what the browser answered, and asks only where nothing is promised yet", async () => {
  const persist = vi.fn(async () => false);
  expect(await askToPersist({persisted: async () => true, persist})).toMatch(/has promised to keep/);
  expect(persist).not.toHaveBeenCalled();
  expect(await askToPersist({persisted: async () => false, persist})).toMatch(/has not promised.*Download/);
  expect(await askToPersist({persisted: async () => false, persist: async () => true})).toMatch(
    /has promised/
  );
});

it("says nothing where the browser has nothing to say", async () => {
  expect(await askToPersist({} as StorageManager)).toBeNull();
  const refuses = async () => {
    throw new Error("No.");
  };
  expect(await askToPersist({persisted: refuses, persist: refuses})).toBeNull();
});
