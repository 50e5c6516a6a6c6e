import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import type {TrainConfig} from "../training/config.js";
import type {CheckpointFacts} from "../training/keptCheckpoints.js";
import type {Command, Report} from "../training/protocol.js";
import {button} from "../views/buttons.js";
import {lazyFigure} from "../views/lazyFigure.js";
import {notice} from "../views/notice.js";
import {wantedAgain} from "../webgpu/wantedBackend.js";
import {beginning} from "./beginning.js";
import {checkpointPanel} from "./checkpointPanel.js";
import {corpusChoice, type SiteTexts, withPadding} from "./corpusChoice.js";
import {ExportPlace} from "./exportPlace.js";
import {filesPanel, type RunLogs} from "./filesPanel.js";
import {hiddenTabChoice} from "./hiddenTab.js";
import {type LinkSharing, linkSharing} from "./linkSharing.js";
import {notesPanel} from "./notesPanel.js";
import {askToPersist} from "./persistence.js";
import {receiptPanel} from "./receiptPanel.js";
import {replacement} from "./replacement.js";
import {runControls} from "./runControls.js";
import {nextState, type RunState, storedState} from "./runState.js";
import {runView} from "./runView.js";
import {settingsForm} from "./settingsForm.js";
import {readNotes, readShelf, readStored, removeCheckpoint, storedFile, writeNotes} from "./storedRun.js";
import {type RunFileMade, WorkerLink} from "./workerLink.js";

export interface WorkbenchOptions {
  /** What a run looks like, to stand beside the form of a first one. */
  example?: HTMLElement;
  /** The run has come to rest, and may be stored at another step than before. */
  onRest?: () => void;
}

export type Workbench = HTMLElement & {
  /** Lets the run rest after the step in hand; false where none is running. */
  pause(): boolean;
  dispose(): void;
};

/**
 * The lab's bench for runs: choose text and settings, then start, pause, step, stop and export the one run, keep
 * checkpoints of it and go back to them, take it away as a file, and compare its curve with those of earlier ones. The
 * worker that trains is made at the first press of a button; removing the node ends it.
 */
export async function workbench(
  texts: SiteTexts,
  {example, onRest}: WorkbenchOptions = {}
): Promise<Workbench> {
  let sharing: LinkSharing | null = null;
  const choice = corpusChoice(texts, () => {
    form.setVocabulary(choice.vocabulary);
    sharing?.changed();
  });
  const form = settingsForm(choice.vocabulary);
  const begins = beginning();
  const beforehand = lazyFigure(
    async () =>
      (await import("../sweep/trials.js")).trials({
        settings: form.read,
        source: ({train}) => sourceFor(train),
        use: form.fill,
        vocabularySize: () => choice.vocabulary.size
      }),
    {height: 110, margin: 0} // three folded rows
  );
  const complaint = html`<div></div>`;
  const link = new WorkerLink(receive);
  const exported = new ExportPlace(() => link.tell({type: "stopExport"}));
  let awaitsFrame = false;
  let state: RunState = await showableStored();
  const view = runView(state, {remove, restoreBest, attend: () => link.tell({type: "attention"})});
  const checkpoints = checkpointPanel(state, {
    keep: () => send({type: "keep"}),
    restore,
    remove: forget,
    file: async (checkpoint) => {
      await notes.flush();
      return (await storedFile(checkpoint)).file;
    }
  });
  const files = filesPanel(state, {runFile, logs, open: openFile});

  const notes = notesPanel(state, {
    read: readNotes,
    write: writeNotes,
    changed(written) {
      state = {...state, notes: written};
      requestShow();
    }
  });

  const receipts = receiptPanel(state, {
    receipt: async () => (await import("./receiptFile.js")).receiptFile(state),
    open: openReceipt
  });

  const start = button("Start", begin, true);
  const controls = runControls(
    {
      pause,
      resume: () => send({type: "run"}),
      step: () => send({type: "run", steps: 1}),
      stop: end,
      export: async () => {
        await notes.flush();
        send({type: "export"});
      }
    },
    () => link.isThere
  );
  const hidden = hiddenTabChoice({
    page: document,
    isRunning: () => state.state === "running",
    pause,
    resume: () => send({type: "run"})
  });
  const setup = html`<details class="setup"><summary>A new run</summary></details>` as HTMLDetailsElement;
  setup.open = state.stored === null;
  const links = linkSharing({
    form,
    choice,
    open: () => {
      setup.open = true;
    }
  });
  form.actions.append(start, links.button);
  setup.append(links.said, choice, begins, form, beforehand);
  // Also what buttons fill in, such as a rate that was found.
  for (const event of ["input", "change", "click"]) setup.addEventListener(event, links.changed);
  sharing = links;

  const sourceFor = ({batching}: TrainConfig) =>
    batching === "documents" ? withPadding(choice.value) : choice.value;

  async function begin(): Promise<void> {
    complaint.replaceChildren();
    try {
      const {model, train, backend} = form.read();
      const source = sourceFor(train);
      await refresh();
      const question = replacement(state);
      if (question && !confirm(`${question} Begin a new one?`)) return;
      const from = begins.value;
      link.send(
        {type: "begin", corpus: source, modelConfig: model, trainConfig: train, backend, ...(from && {from})},
        {type: "run"}
      );
      exported.clear();
      setup.open = false;
      setup.querySelector("summary")?.focus();
    } catch (error) {
      complain(error, "error");
    }
  }

  /** Sends a command; a run that is only stored is opened first. */
  function send(command: Command): void {
    complaint.replaceChildren();
    if (state.run) link.send(command);
    else link.send({type: "open", backend: form.backend()}, command);
  }

  /** The run in a file, in the place of the one there is. */
  async function openFile(file: File): Promise<void> {
    complaint.replaceChildren();
    const {modelInstead} = await import("../exchange/runFile.js");
    const model = await modelInstead(file).catch(() => null); // what cannot be read, the worker says
    if (model) {
      setup.open = true;
      begins.showFiles();
      complain(model, "warning");
      return;
    }
    await refresh();
    const question = replacement(state);
    const same = "If the file is of this very run, what is here is kept as a checkpoint instead.";
    if (question && !confirm(`${question} ${same} Open the file?`)) return;
    if (state.state === "running") pause();
    link.send({type: "openFile", file, backend: form.backend()});
    exported.clear();
    setup.open = false;
  }

  function restore(checkpoint: CheckpointFacts): void {
    complaint.replaceChildren();
    if (state.state === "running") pause();
    link.send({
      type: "restore",
      checkpoint,
      backend: state.run ? wantedAgain(state.run.backend) : form.backend()
    });
    exported.clear();
  }

  function restoreBest(): void {
    const best = state.checkpoints.find(({kind}) => kind === "best");
    if (best) restore(best);
  }

  async function forget(checkpoint: CheckpointFacts): Promise<void> {
    try {
      state = {...state, ...(await removeCheckpoint(checkpoint))};
      link.tell({type: "freed"});
      requestShow();
    } catch (error) {
      complain(error, "error");
    }
  }

  /** The run at this moment: from the worker where one has it open, as it is stored otherwise. */
  async function runFile(): Promise<RunFileMade> {
    await notes.flush();
    return link.isThere && state.run ? link.file() : storedFile();
  }

  /** What makes logs is fetched when there is one to make. */
  async function logs(): Promise<RunLogs> {
    return (await import("./runLogs.js")).runLogs(state);
  }

  /** What reads a receipt and replays it is fetched when there is one. */
  async function openReceipt(file: File): Promise<HTMLElement & {dispose(): void}> {
    const [{openReceipt}, {replayPanel}, {replaySource}] = await Promise.all([
      import("../exchange/receipt.js"),
      import("./replayPanel.js"),
      import("./replaySource.js")
    ]);
    return replayPanel(await openReceipt(file), {
      source: ({text}) => replaySource(text, texts, choice),
      opened: () => begins.opened
    });
  }

  function pause(): void {
    link.tell({type: "pause"});
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
    link.forgetNext();
    link.tell({type: "pause"});
    state = {...state, asked: "stop"};
    requestShow();
  }

  /** Ends the worker; what remains is the run as it is stored. */
  async function close(): Promise<void> {
    link.end();
    exported.giveUp();
    await showStored();
  }

  /** Another tab may have trained since this page last looked. */
  async function refresh(): Promise<void> {
    if (!link.isThere && !state.run && !document.hidden) await showStored();
  }

  async function showStored(): Promise<void> {
    const {problem, persistence} = state;
    state = {...(await showableStored()), problem, persistence};
    show();
  }
  document.addEventListener("visibilitychange", refresh);

  async function showableStored(): Promise<RunState> {
    try {
      return await readStored();
    } catch (error) {
      complain(error, "warning");
      return storedState(null);
    }
  }

  /** Takes a run from the shelf; its curve goes from the chart. */
  async function remove(runId: string): Promise<void> {
    try {
      await showShelf(runId);
    } catch (error) {
      complain(error, "error");
    }
  }

  /** The shelf as it is, after a run is taken from it where one is named. */
  async function showShelf(removed?: string): Promise<void> {
    const kept = await readShelf(removed);
    state = {...state, kept};
    requestShow();
  }

  /** Asked once, when there is something to keep. */
  async function persist(): Promise<void> {
    state = {...state, persistence: ""};
    const persistence = await askToPersist();
    state = {...state, persistence};
    requestShow();
  }

  function receive(report: Report): void {
    const {asked, state: before} = state;
    state = nextState(state, report);
    // Another run has gone to the shelf, or this one has.
    if (report.type === "opened" || (report.type === "state" && report.state === "complete"))
      showShelf().catch((error: unknown) => complain(error, "warning"));
    const isSafe = report.type === "saved" || (report.type === "opened" && report.isStored);
    if (isSafe && state.persistence === null) void persist();
    if (report.type === "exporting") exported.progress(report.done, report.total);
    if (report.type === "exportStopped") exported.stopped();
    if (report.type === "problem") exported.giveUp();
    if (report.type === "exported" && state.run)
      exported.show(report.model, state.run).catch((error: unknown) => complain(error, "error"));
    const failed = report.type === "problem" && report.fatal;
    const isIdle = report.type === "state" && report.state === "idle";
    const rests = report.type === "state" && (report.state === "paused" || report.state === "complete");
    if (failed || isIdle || (asked === "stop" && rests && before !== "preparing")) void close();
    if (rests || report.type === "exported") onRest?.();
    requestShow();
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
    for (const part of [view, controls, notes, checkpoints, files, receipts]) part.update(state);
    hidden.hidden = controls.hidden;
    start.disabled = state.state === "preparing" || state.state === "running";
  }

  function complain(error: unknown, kind: "warning" | "error"): void {
    const message = messageOf(error);
    complaint.replaceChildren(notice({kind, message}));
  }

  const node = html`<div class="workbench">
    <div class="bench-top">${setup}${example}</div>${complaint}
    ${controls}${hidden}
    ${view}${notes}${exported.node}${checkpoints}${files}${receipts}
  </div>` as HTMLElement;
  show();
  return Object.assign(node, {
    pause() {
      const isRunning = state.state === "running";
      if (isRunning) pause();
      return isRunning;
    },
    dispose() {
      document.removeEventListener("visibilitychange", refresh);
      link.end();
      hidden.dispose();
      links.dispose();
      notes.dispose();
      receipts.dispose();
      beforehand.dispose();
    }
  });
}
