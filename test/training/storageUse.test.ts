import {afterEach, expect, it, vi} from "vitest";
import {storageUse, useInWords} from "../../src/components/training/storageUse.js";

afterEach(() => void vi.unstubAllGlobals());

it("is the browser's own estimate, or nothing", async () => {
  vi.stubGlobal("navigator", {storage: {estimate: async () => ({usage: 5, quota: 9})}});
  expect(await storageUse()).toEqual({used: 5, quota: 9});
  vi.stubGlobal("navigator", {});
  expect(await storageUse()).toEqual({used: null, quota: null});
  vi.stubGlobal("navigator", {storage: {estimate: () => Promise.reject(new Error("No."))}});
  expect(await storageUse()).toEqual({used: null, quota: null});
});

it("is told in words", () => {
  expect(useInWords({used: 2_000_000, quota: 1e9})).toBe("2.0 MB of the 1.0 GB that the browser allows it");
  expect(useInWords({used: 2_000_000, quota: null})).toBe("2.0 MB");
  expect(useInWords({used: null, quota: null})).toBe("an amount that this browser does not tell");
});
