import {html} from "htl";
import {huggingFaceShape} from "../exchange/huggingFace/huggingFaceShape.js";
import type {ModelConfig} from "../model/config.js";
import {downloadButton} from "../views/buttons.js";
import {notice} from "../views/notice.js";
import {progressBar} from "../views/progressBar.js";

/** A model that has been exported: its ONNX file, as the workers take it, and the step that it is of. */
export interface ZippedModel {
  onnx: () => Promise<Blob>;
  step: number;
}

/** The folder that Hugging Face's libraries open, as one zip that is made when it is asked for; what has no counterpart there is said first. */
export function huggingFacePanel({onnx, step}: ZippedModel, config: ModelConfig): HTMLElement {
  const shape = huggingFaceShape(config);
  const bar = progressBar({label: "Packing the folder", done: 0, total: null, unit: "bytes"});
  bar.hidden = true;
  const download = downloadButton(async () => {
    bar.hidden = false;
    try {
      const {zipModel} = await import("../exchange/client.js");
      return await zipModel(await onnx(), {
        onProgress: (progress) => bar.update({...progress, unit: "bytes"})
      });
    } finally {
      bar.hidden = true;
    }
  }, `glassformer-step-${step}.zip`);
  return html`<div class="hugging-face">
    <h3>Hugging Face folder</h3>
    ${
      typeof shape === "string"
        ? html`<p>Weights, tokenizer, model card and this ONNX file in one zip, which opens unchanged as
          <code>${shape === "gpt2" ? "GPT2LMHeadModel" : "LlamaForCausalLM"}</code> in Python and in transformers.js; and
          here, on any page.</p>`
        : notice({
            kind: "warning",
            message: `${shape.reason} The zip has the model in this site’s own form: the site opens it, and ONNX Runtime runs its ONNX file, but Hugging Face’s classes do not load it.`
          })
    }
    <p>${download}</p>
    ${bar}
  </div>` as HTMLElement;
}
