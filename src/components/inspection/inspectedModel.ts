import type {LanguageModel} from "../inference/languageModel.js";
import type {Tokenizer} from "../text/tokenizer.js";
import type {Inspector} from "./inspector.js";

/** An inspected model seen as any other: it can be asked for logits, and so made to write. */
export function inspectedModel(inspector: Inspector, tokenizer: Tokenizer, label: string): LanguageModel {
  const {config} = inspector;
  return {
    label,
    config,
    tokenizer,
    async trace(ids, {signal} = {}) {
      const {logits} = await inspector.inspect(ids, {names: ["logits"], ...(signal && {signal})});
      return {ids: Uint16Array.from(ids), logits: logits!.data, attention: null};
    },
    dispose: () => inspector.dispose()
  };
}
