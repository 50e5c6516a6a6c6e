import type {SamplingOptions} from "../../generation/distribution.js";
import type {SiteFiles} from "../../studio/model.js";
import {SettingsStore} from "../../studio/settings.js";
import type {Studio} from "../../studio/studio.js";
import {lazyFigure} from "../../views/lazyFigure.js";

export type SampleRoom = HTMLElement & {
  /** Takes the reader to the bench, which then has these settings. */
  take(options: SamplingOptions): void;
  dispose(): void;
};

/** The bench, fetched with its model when the reader comes to it. */
export function sampleRoom(site: SiteFiles): SampleRoom {
  let studio: Studio | null = null;
  const room = lazyFigure(
    async () => {
      const {sampleBench} = await import("../../studio/benches.js");
      const bench = sampleBench(site);
      studio = bench.studio;
      return bench;
    },
    {height: 1100, margin: 0}
  );
  return Object.assign(room, {
    take({minP = 0, ...options}: SamplingOptions) {
      // A bench that is still to come reads them where they are kept.
      const store = studio ?? new SettingsStore();
      store.set({...options, minP});
      if (store instanceof SettingsStore) store.dispose();
      room.scrollIntoView({block: "start"});
    }
  });
}
