import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {TrainingClient} from "../training/client.js";
import type {Command, ExportedModel, Report, RunFacts} from "../training/protocol.js";
import type {KeptRun} from "../training/shelf.js";
import {RunStore} from "../training/store.js";
import {setText} from "../views/figure.js";
import {formatCount} from "../views/format.js";
import {notice} from "../views/notice.js";
import {corpusChoice, type SiteTexts, withPadding} from "./corpusChoice.js";
import {nextState, type RunState, storedState} from "./runState.js";
import {runView} from "./runView.js";
import {settingsForm} from "./settingsForm.js";

/**
 * The Train page's instruments: choose text and settings, then start, pause, step, stop and export the one run, and
 * compare its curve with those of earlier ones. The worker that trains is made at the first press of a button;
 * removing the node ends it.
 */
export async function workbench(texts: SiteTexts): Promise<HTMLElement & {dispose(): void}> {
  const choice = corpusChoice(texts, () => form.setVocabulary(choice.vocabulary));
  const form = settingsForm(choice.vocabulary);
  const complaint = html`<div></div>`;
  const exported = html`<section aria-label="Exported model"></section>` as HTMLElement;
  let client: TrainingClient | null = null;
  /** Waits for a run to be open; a run that cannot be opened says so itself. */
  let whenOpened: Command | null = null;
  let awaitsFrame = false;
  let state: RunState = await readStored();
  const view = runView(state, remove);

  const start = button("Start", true, begin);
  // One button, so that the keyboard's focus stays where it is.
  const toggle = button("Resume", true, () => (state.state === "running" ? pause() : send({type: "run"})));
  const step = button("One step", false, () => send({type: "run", steps: 1}));
  const stop = button("Stop", false, end);
  const save = button("Export to ONNX", false, () => send({type: "export"}));
  const controls = html`<p class="button-row">${toggle}${step}${stop}${save}</p>` as HTMLElement;
  const setup = html`<details class="setup"><summary>A new run</summary>${choice}${form}
    <p class="button-row">${start}</p></details>` as HTMLDetailsElement;
  setup.open = state.stored === null;

  function button(label: string, primary: boolean, press: () => void): HTMLButtonElement {
    const className = primary ? "button button-primary" : "button";
    const node = html`<button type="button" class=${className}>${label}</button>` as HTMLButtonElement;
    // Not as an attribute of the template: the site's security policy forbids handlers in markup.
    node.addEventListener("click", press);
    return node;
  }

  async function begin(): Promise<void> {
    complaint.replaceChildren();
    try {
      const {model, train, backend} = form.read();
      const source = train.batching === "documents" ? withPadding(choice.value) : choice.value;
      await refresh();
      const {run, stored, step: steps} = state;
      if (
        (run || stored) &&
        steps > 0 &&
        !confirm(
          `This replaces your run of ${formatCount(steps)} steps: its curve stays to be compared, its model goes. Export it first if you want to keep that. Begin a new one?`
        )
      )
        return;
      whenOpened = {type: "run"};
      worker().send({type: "begin", corpus: source, modelConfig: model, trainConfig: train, backend});
      exported.replaceChildren();
      setup.open = false;
      setup.querySelector("summary")?.focus();
    } catch (error) {
      complain(error, "error");
    }
  }

  /** Sends a command; a run that is only stored is opened first. */
  function send(command: Command): void {
    complaint.replaceChildren();
    if (state.run) worker().send(command);
    else {
      whenOpened = command;
      worker().send({type: "open", backend: form.backend()});
    }
  }

  function pause(): void {
    client?.send({type: "pause"});
    state = {...state, asked: "pause"};
    requestShow();
  }

  /**
   * Pauses, and ends the worker once the run is saved; of what is being prepared, only the preparation ends. Pressed
   * again it does not wait.
   */
  function end(): void {
    const isBusy = state.state === "running" || state.state === "preparing";
    if (!isBusy || state.asked === "stop") return void close();
    whenOpened = null;
    client?.send({type: "pause"});
    state = {...state, asked: "stop"};
    requestShow();
  }

  /** Ends the worker; what remains is the run as it is stored. */
  async function close(): Promise<void> {
    whenOpened = null;
    client?.terminate();
    client = null;
    await showStored();
  }

  /** Another tab may have trained since this page last looked. */
  async function refresh(): Promise<void> {
    if (!client && !state.run && !document.hidden) await showStored();
  }

  async function showStored(): Promise<void> {
    const {problem} = state;
    state = {...(await readStored()), problem};
    show();
  }
  document.addEventListener("visibilitychange", refresh);

  async function readStored(): Promise<RunState> {
    try {
      return await withStore(async (store) => storedState(await store.summary(), await store.kept()));
    } catch (error) {
      complain(error, "warning");
      return storedState(null);
    }
  }

  /** Takes a run from the shelf; its curve goes from the chart. */
  async function remove(runId: string): Promise<void> {
    try {
      await showShelf((store) => store.remove(runId));
    } catch (error) {
      complain(error, "error");
    }
  }

  /** The shelf as it is, after a change of it where one is given. */
  async function showShelf(change: (store: RunStore) => Promise<void> = async () => {}): Promise<void> {
    const kept = await withStore(async (store): Promise<KeptRun[]> => {
      await change(store);
      return store.kept();
    });
    state = {...state, kept};
    requestShow();
  }

  async function withStore<T>(work: (store: RunStore) => Promise<T>): Promise<T> {
    const store = await RunStore.open();
    try {
      return await work(store);
    } finally {
      store.close();
    }
  }

  function worker(): TrainingClient {
    client ??= new TrainingClient(receive);
    return client;
  }

  function receive(report: Report): void {
    const {asked, state: before} = state;
    state = nextState(state, report);
    if (report.type === "opened" && whenOpened) {
      worker().send(whenOpened);
      whenOpened = null;
    }
    // Another run has gone to the shelf, or this one has.
    if (report.type === "opened" || (report.type === "state" && report.state === "complete"))
      showShelf().catch((error: unknown) => complain(error, "warning"));
    if (report.type === "exported" && state.run) void check(report.model, state.run);
    const failed = report.type === "problem" && report.fatal;
    const isIdle = report.type === "state" && report.state === "idle";
    const rests = report.type === "state" && (report.state === "paused" || report.state === "complete");
    if (failed || isIdle || (asked === "stop" && rests && before !== "preparing")) void close();
    requestShow();
  }

  /** What checks an export is fetched when there is one. */
  async function check(model: ExportedModel, run: RunFacts): Promise<void> {
    try {
      const {showExport} = await import("./exportPanel.js");
      await showExport(exported, model, run);
    } catch (error) {
      complain(error, "error");
    }
  }

  function requestShow(): void {
    if (awaitsFrame) return;
    awaitsFrame = true;
    requestAnimationFrame(() => {
      awaitsFrame = false;
      show();
    });
  }

  function show(): void {
    view.update(state);
    const run = state.run ?? state.stored;
    const exists = run !== null;
    const busy = state.state === "preparing";
    const running = state.state === "running";
    const over = exists && state.step >= run.trainConfig.steps;
    start.disabled = busy || running;
    controls.hidden = !exists && client === null;
    setText(toggle, running ? "Pause" : "Resume");
    toggle.disabled = !running && (!exists || busy || over);
    step.disabled = !exists || busy || running || over;
    stop.disabled = client === null;
    save.disabled = !exists || busy;
  }

  function complain(error: unknown, kind: "warning" | "error"): void {
    const message = messageOf(error);
    complaint.replaceChildren(notice({kind, message}));
  }

  const node = html`<div class="workbench">
    ${setup}${complaint}
    ${controls}
    ${view}${exported}
  </div>` as HTMLElement;
  show();
  return Object.assign(node, {
    dispose() {
      document.removeEventListener("visibilitychange", refresh);
      client?.terminate();
    }
  });
}
