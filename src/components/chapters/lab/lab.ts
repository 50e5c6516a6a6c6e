import type {RunRecord} from "../../exchange/runRecord.js";
import {fetchText} from "../../inference/fetchBytes.js";
import type {SiteFiles} from "../../studio/model.js";
import type {Studio} from "../../studio/studio.js";
import {lazyFigure} from "../../views/lazyFigure.js";
import type {SiteTexts} from "../../workbench/corpusChoice.js";
import {type Workbench, workbench} from "../../workbench/workbench.js";
import type {InsideRoom} from "./insideRoom.js";
import {recordedCurve} from "./recordedCurve.js";

export interface LabFiles {
  texts: SiteTexts;
  site: SiteFiles;
  /** The run of the model that ships, and what its tokens are, for people. */
  recorded: {run: RunRecord; unit: string};
  /** URL of the profile that is shown until something is measured here. */
  profile: string;
}

/** The lab's rooms; all but the first are fetched when the reader comes near them. */
export interface Lab {
  bench: Workbench;
  inside: HTMLElement;
  attend: HTMLElement;
  profile: HTMLElement;
  dispose(): void;
}

/**
 * The bench for runs and, around it, the rooms where its model is looked at. They know of one another what they must:
 * that a run has come further, and that a measurement of time needs the device for itself.
 */
export async function openLab({texts, site, recorded, profile}: LabFiles): Promise<Lab> {
  let studio: Studio | null = null;
  let insides: InsideRoom | null = null;
  const bench = await workbench(texts, {
    example: recordedCurve(recorded.run, recorded.unit),
    onRest() {
      void studio?.lookAgain();
      void insides?.lookAgain();
    }
  });
  const inside = lazyFigure(
    async () => {
      const {insideRoom} = await import("./insideRoom.js");
      insides = insideRoom(site);
      return insides;
    },
    {height: 160}
  );
  const attend = lazyFigure(
    async () => {
      const {attendBench} = await import("../../studio/benches.js");
      const node = attendBench(site);
      studio = node.studio;
      return node;
    },
    {height: 1100, margin: 0}
  );
  const profiled = lazyFigure(
    async () => {
      const [{profileBench}, {readProfileRecord}, record] = await Promise.all([
        import("../../profiling/profileBench.js"),
        import("../../profiling/profileRecord.js"),
        fetchText(profile)
      ]);
      const quieten = () =>
        bench.pause() ? "Your run was paused, so that its steps are not measured with these." : null;
      return profileBench({recorded: readProfileRecord(JSON.parse(record)), quieten});
    },
    {height: 1600, margin: 200}
  );
  return {
    bench,
    inside,
    attend,
    profile: profiled,
    dispose() {
      for (const room of [bench, inside, attend, profiled]) room.dispose();
    }
  };
}
