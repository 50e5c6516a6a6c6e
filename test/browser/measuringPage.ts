import {
  type MeasuringPage,
  readMeasuringPage
} from "../../src/components/chapters/measuring/measuringPage.js";
import {siteData} from "./siteFile.js";

/** What the chapter on measuring of the visited site was built with. */
export const measuringPage = async (): Promise<MeasuringPage> =>
  readMeasuringPage(await siteData("measuring"));
