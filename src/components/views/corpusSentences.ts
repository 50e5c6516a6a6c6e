import {type CorpusMeta, charactersPerToken} from "../corpus/meta.js";
import {type TokenizerFile, unitOf} from "../text/tokenizer.js";
import {unknownSentence} from "./unknownSentence.js";

/** What the site's pages say of the text that it was built with, or that its model learnt from. */
type CorpusFacts = Pick<CorpusMeta, "name" | "floor">;

/** What the model that ships with the site learnt from, and what is known of how well anything could do there. */
export function learntFrom({name, floor}: CorpusFacts): string {
  return floor
    ? `The model that ships with the site learnt from the text of a ${name} whose every probability is known, so we know not only how well it does but how well anything could do.`
    : `The model that ships with the site learnt from ${name}. Nobody knows the true probabilities of such a text, so we know how well the model does, but not how well anything could do.`;
}

type TokenisedFacts = CorpusFacts & Pick<CorpusMeta, "counts" | "tokenizer" | "unknown">;

/** What the loss chart of the site's text shows beside the curves, and what of the text is unknown to its tokenizer. */
export function lossBounds(meta: TokenisedFacts): string {
  const {name, floor} = meta;
  const unknown = unknownUnitsOf(meta);
  if (unknown)
    return `How low it could go nobody knows: of the site's own text (${name}) the tokens do not say everything. ${unknown}`;
  return floor
    ? `On the site's own text (${name}) you also see the floor, ${height(floor.val, meta)}, that no model can go below.`
    : `How low it could go nobody knows: the true probabilities of the site's own text (${name}) are unknown, as they are of yours.`;
}

/** What of a corpus its tokenizer does not know, or null. */
export const unknownUnitsOf = ({
  unknown,
  tokenizer
}: Pick<CorpusMeta, "unknown" | "tokenizer">): string | null =>
  unknownSentence("Its tokenizer", unknown, isWordPiece(tokenizer) ? "word" : "character");

const isWordPiece = ({decoder}: TokenizerFile): boolean => decoder.type === "WordPiece";

/** Losses by token do not compare between tokenizers, so the loss by character stands beside them. */
function height(nats: number, meta: Pick<CorpusMeta, "counts" | "tokenizer">): string {
  const unit = unitOf(meta.tokenizer);
  const byCharacter = (nats / charactersPerToken(meta, "val")).toFixed(2);
  return `${nats.toFixed(2)} nats a ${unit}${unit === "character" ? "" : ` (${byCharacter} a character)`}`;
}
