import {html} from "htl";
import {button} from "../../views/buttons.js";
import {asFigure, setText} from "../../views/figure.js";
import {formatBytes} from "../../views/format.js";
import {modelBadge} from "../../views/modelBadge.js";
import {modelKind} from "../../views/modelSentences.js";
import {notice} from "../../views/notice.js";
import {loadingModel, type ProgressData, progressBar} from "../../views/progressBar.js";
import {openedLabel, ownLabel} from "../model.js";
import type {Loading} from "../modelLoader.js";
import type {Studio} from "../studio.js";
import {importPanel} from "./importPanel.js";
import type {Panel} from "./panel.js";

/** Which model answers, the others to switch to or to open from files, and the loading of any. */
export function modelPanel(studio: Studio): Panel {
  const badge = modelBadge({label: "no model yet", own: false});
  const bar = progressBar(progressData({phase: "loading", progress: null}));
  const cancel = button("Cancel", () => studio.cancelLoading());
  const loading = html`<div class="model-loading">${bar}${cancel}</div>` as HTMLElement;
  const load = button("Load the model", () => void studio.load());
  const waiting = html`<div class="notice"><p>The model is not loaded${
    studio.modelBytes
      ? ` (${formatBytes(studio.modelBytes)}, and once 14 MB for the program that runs it)`
      : ""
  }; the figures wait for it.</p>${load}</div>` as HTMLElement;
  const switches = {
    own: button("", () => studio.set({model: "own"})),
    opened: button("", () => studio.set({model: "opened"})),
    shipped: button("Use the site’s model", () => studio.set({model: "shipped"}))
  };
  for (const node of Object.values(switches)) node.classList.add("model-switch");
  const files = importPanel({onOpened: (opened) => studio.use(opened)});
  const messages = html`<div></div>`;
  let shown = "";

  // Before there is a model, its loading stands in the line's place, so that nothing below moves.
  const line = html`<div class="model-line">${badge}${Object.values(switches)}</div>` as HTMLElement;
  const node = html`<div class="model-panel">${line}${loading}${waiting}${messages}${files}</div>`;
  return asFigure(node, ({model, loading: state, ownRun, opened, remark}) => {
    if (model) {
      const {label, config, tokenizer} = model.model;
      badge.update({
        label,
        own: model.own,
        mismatch: model.mismatch,
        kind: modelKind(config, tokenizer.unit)
      });
    }
    line.hidden = model === null;
    switches.own.hidden = ownRun === null || model?.own === true;
    switches.opened.hidden = opened === null || model?.opened === true;
    switches.shipped.hidden = model?.own !== true && model?.opened !== true;
    if (ownRun) setText(switches.own, `Use ${ownLabel(ownRun.step)}`);
    if (opened) setText(switches.opened, `Use ${openedLabel(opened.facts.name)}`);
    loading.hidden = state.phase !== "loading";
    if (state.phase === "loading") bar.update(progressData(state));
    waiting.hidden = state.phase !== "waiting";
    const failure = state.phase === "failed" ? state.message : null;
    if (shown === `${failure}${remark}`) return;
    shown = `${failure}${remark}`;
    messages.replaceChildren(
      ...(remark ? [notice({kind: "warning", message: remark})] : []),
      ...(failure
        ? [
            notice({
              kind: "error",
              message: `The model could not be loaded: ${failure}`,
              action: {label: "Try again", run: () => void studio.load()}
            })
          ]
        : [])
    );
  });
}

function progressData(state: Loading & {phase: "loading"}): ProgressData {
  const {progress} = state;
  if (progress === null) return {...loadingModel(), label: "Opening the model"};
  const {part, loadedBytes, totalBytes} = progress;
  const data = loadingModel(loadedBytes, totalBytes);
  return part === "model" ? data : {...data, label: "Loading ONNX Runtime, which runs it"};
}
