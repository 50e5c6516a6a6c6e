import {messageOf} from "../components/errorMessage.js";
import type {RunRecord} from "../components/exchange/runRecord.js";
import type {HistoryPoint} from "../components/training/snapshot.js";
import {averagePoints, validationPoints} from "../components/views/lossData.js";
import {shippedRun} from "./shippedModel.js";

/** Points of the training curve: as many as a small drawing can show. */
const POINTS = 100;
/** What a drawing and a sentence need. */
const DIGITS = 5;

/** The run of the model that ships, as the lab draws it beside the form of a first run: its curve averaged. */
try {
  const run = await shippedRun();
  const history: HistoryPoint[] = [
    ...averagePoints(run.history, POINTS).map(({step, loss}) => ({
      step,
      trainLoss: rounded(loss),
      validationLoss: null
    })),
    ...validationPoints(run.history).map(({step, loss}) => ({
      step,
      trainLoss: null,
      validationLoss: rounded(loss)
    }))
  ].sort((a, b) => a.step - b.step);
  process.stdout.write(JSON.stringify({...run, history} satisfies RunRecord));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

function rounded(loss: number): number {
  return Number(loss.toPrecision(DIGITS));
}
