import {html} from "htl";
import {messageOf} from "../../errorMessage.js";
import type {CorpusSource} from "../../training/protocol.js";
import {button} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {formatFixed} from "../../views/format.js";
import {measure as measureInWorker} from "./client.js";
import {ENGINES, STEPS} from "./engines.js";
import type {TimedStep} from "./protocol.js";
import {STEP_BATCH, STEP_MODEL} from "./stepModel.js";
import {task} from "./task.js";
import {type EngineTimes, lossDifference, stepTime} from "./times.js";

/** The same first training steps on every engine there is, one after the other. `measure` is for tests. */
export function enginesFigure(
  {recorded, machine, corpus}: {recorded: readonly EngineTimes[]; machine: string; corpus: CorpusSource},
  measure = measureInWorker
): HTMLElement & {dispose(): void} {
  let times = recorded;
  const rows = html`<tbody></tbody>`;
  const lossHead = html`<th scope="col"></th>`;
  const reading = html`<p class="figure-reading"></p>`;
  const source = html`<p class="figure-note" role="status"></p>`;
  const again = button("Back to the recorded times", () => {
    times = recorded;
    draw();
  });

  const timing = task(
    "Time it here",
    {label: "Loading the text", done: 0, total: ENGINES.length * STEPS, unit: "steps"},
    async (tell, signal) => {
      const live: EngineTimes[] = [];
      for (const [i, {engine, label}] of ENGINES.entries()) {
        if (signal.aborted) return;
        const steps: TimedStep[] = [];
        let now: EngineTimes = {engine, name: label, steps};
        const show = (more: Partial<EngineTimes>) => {
          now = {...now, ...more};
          live[i] = now;
          times = [...live];
          tell({
            label: `Training on ${label}`,
            done: i * STEPS + steps.length,
            total: ENGINES.length * STEPS,
            unit: "steps"
          });
          draw();
        };
        show({});
        try {
          await measure(
            {type: "steps", engine, corpus, steps: STEPS},
            (report) => {
              if (report.type === "engine") show({name: report.name});
              if (report.type === "stepped") steps.push(report.step);
              if (report.type === "stepped") show({});
            },
            signal
          );
        } catch (error) {
          // An engine that this browser does not have is an answer, too.
          if (!signal.aborted) show({failure: messageOf(error)});
        }
      }
    }
  );

  function draw(): void {
    const slowest = Math.max(...times.map(stepTime).filter(Number.isFinite));
    const loops = times.find(({engine}) => engine === "loops");
    rows.replaceChildren(
      ...ENGINES.map(({engine, label, is}) => {
        const row = times.find((one) => one.engine === engine);
        const ms = row ? stepTime(row) : Number.NaN;
        const difference = row && loops ? lossDifference(row, loops) : Number.NaN;
        const share = Number.isFinite(ms) ? (100 * ms) / slowest : 0;
        return html`<tr data-engine=${engine}>
          <th scope="row">${label}<span class="engine-is">${is}${engine === "webgpu" && row?.name && row.name !== label ? `: ${row.name}` : ""}</span></th>
          <td class="engine-time"><span class="number">${Number.isFinite(ms) ? `${formatFixed(ms, ms < 10 ? 2 : 0)} ms` : "–"}</span><span class="bar-track" aria-hidden="true"><span class="bar bar-kept" style=${`width: ${share.toFixed(2)}%`}></span></span>${row?.failure ? html`<span class="engine-failure">Not here: ${row.failure}</span>` : null}</td>
          <td class="number">${formatFixed(row?.steps.at(-1)?.loss ?? Number.NaN, 5)}</td>
          <td class="number">${engine === "loops" || Number.isNaN(difference) ? "–" : difference.toExponential(1)}</td>
        </tr>`;
      })
    );
    setText(lossHead, `Loss, step ${Math.max(1, ...times.map(({steps}) => steps.length))}`);
    setText(reading, enginesReading(times));
    again.hidden = times === recorded;
    setText(source, times === recorded ? `Recorded: ${machine}.` : "Timed here, in this tab.");
  }
  draw();
  const node = html`<figure class="figure engines">
    <p class="figure-title">One training step: the same model, the same batch, four engines</p>
    <div class="scroll"><table class="bars engine-table"><thead><tr><th scope="col">Engine</th><th scope="col">A step takes</th>${lossHead}<th scope="col">Away from loops</th></tr></thead>${rows}</table></div>
    ${reading}
    <p class="figure-note">${whatIsTimed()}</p>
    <div class="task-row">${timing.node}${again}</div>${source}
  </figure>` as HTMLElement;
  return Object.assign(node, {dispose: () => timing.dispose()});
}

/** The model, the batch, and how a time is taken. */
function whatIsTimed(): string {
  const {nLayer, nHead, nEmbd, blockSize} = STEP_MODEL;
  return `The model has ${nLayer} layers of ${nHead} heads and a stream ${nEmbd} wide; the batch is ${STEP_BATCH} windows of ${blockSize} characters. A step’s time is the median of steps 2 to ${STEPS}.`;
}

/** Losses that differ by no more than float32's rounding makes of a few steps, in nats. */
const ROUNDING = 1e-3;

/** Who was quickest, and whether all came to the same. */
export function enginesReading(times: readonly EngineTimes[]): string {
  const timed = times.filter((one) => Number.isFinite(stepTime(one)));
  const loops = timed.find(({engine}) => engine === "loops");
  if (!loops || timed.length < 2) return "Nothing to compare yet.";
  const labelOf = (one: EngineTimes) => ENGINES.find(({engine}) => engine === one.engine)!.label;
  const sorted = [...timed].sort((a, b) => stepTime(a) - stepTime(b));
  const [quickest, slowest] = [sorted[0]!, sorted.at(-1)!];
  const most = Math.max(...timed.map((one) => lossDifference(one, loops)));
  const agreement =
    most <= ROUNDING
      ? `The losses of all steps agree within ${most.toExponential(1)} nats: it is the same training.`
      : `The losses differ by up to ${most.toExponential(1)} nats, which is more than rounding explains.`;
  return `${labelOf(quickest)} is quickest: ${formatFixed(stepTime(slowest) / stepTime(quickest), 1)} times as fast as ${labelOf(slowest)}. ${agreement}`;
}
