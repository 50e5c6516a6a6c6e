import {messageOf} from "../errorMessage.js";
import {checkModelConfig} from "../model/config.js";
import {parseTokenizerChoice, type TokenizerChoice} from "../text/tokenizerChoice.js";
import {checkTrainConfig, type TrainConfig} from "../training/config.js";
import {type Preset, type PresetName, presets} from "../training/presets.js";
import type {WantedBackend} from "../webgpu/wantedBackend.js";
import {
  oneOf,
  possible,
  readSha256,
  readSwitch,
  readValue,
  shown,
  type Values,
  wholeNumber
} from "./linkValues.js";

/** What a link says of a run before it begins. The text itself is never in it. */
export interface LinkedSettings {
  preset: PresetName;
  model: Preset["model"];
  train: TrainConfig;
  backend: WantedBackend;
  text: LinkedText;
  tokenizer: TokenizerChoice;
}

/** One of the site's texts, or the reader's own, by what tells it from others where that is known. */
export type LinkedText =
  | {kind: "site"}
  | {kind: "book"}
  | {
      kind: "own";
      /** Of UTF-8. */
      bytes?: number;
      /** Of the text before any cleaning, lower-case hexadecimal. */
      sha256?: string;
      /** Whether it is cleaned as a book. */
      isBook?: boolean;
    };

/** The settings in a link, and a sentence for each thing in it that could not be taken. */
export interface ReadLink {
  settings: LinkedSettings;
  problems: string[];
}

const VERSION = "1";
/** The key that every link begins with, which no heading's anchor has. */
const HEAD = "run";
/** Characters; with every setting changed a link has some 900. */
const LONGEST_LINK = 4000;
const MOST_PROBLEMS = 5;
const BLIND_VOCABULARY = 256;

const engines: Record<WantedBackend, true> = {
  auto: true,
  webgpu: true,
  "webgpu-stock": true,
  webgl: true,
  wasm: true,
  cpu: true
};

/** The fragment of a link to these settings, without its #: what differs from the preset, by the fields' own names. */
export function writeLink({preset, model, train, backend, text, tokenizer}: LinkedSettings): string {
  const entries: [string, string][] = [
    [HEAD, VERSION],
    ["preset", preset],
    ...changes(presets[preset].model, model),
    ...changes(presets[preset].train, train)
  ];
  if (text.kind !== "site") entries.push(["text", text.kind]);
  if (text.kind === "own") {
    if (text.bytes !== undefined) entries.push(["bytes", String(text.bytes)]);
    if (text.sha256 !== undefined) entries.push(["sha256", text.sha256]);
    if (text.isBook) entries.push(["clean", "true"]);
  }
  if (tokenizer.kind !== "character")
    entries.push(["tokens", `${tokenizer.kind}:${tokenizer.vocabularySize}`]);
  if (backend !== "auto") entries.push(["engine", backend]);
  return entries.map(([key, value]) => `${key}=${value}`).join("&");
}

/** In the order of the preset, so that the same settings make the same link. */
const changes = (from: object, to: object): [string, string][] =>
  Object.entries(from as Values).flatMap(([field, before]): [string, string][] => {
    const value = (to as Values)[field];
    return value === before ? [] : [[field, String(value)]];
  });

/**
 * The settings in the fragment of an address, with or without its #. What it does not say is as in its preset, and what is
 * unknown or impossible in it is told and left out; null where it is no link of ours.
 */
export function readLink(fragment: string): ReadLink | null {
  const text = fragment.replace(/^#/, "");
  if (!text.startsWith(`${HEAD}=`)) return null;
  const problems: string[] = [];
  const refuse = (problem: string): ReadLink => ({settings: defaults("toy"), problems: [problem]});
  if (text.length > LONGEST_LINK)
    return refuse(
      `The link has ${text.length.toLocaleString("en-GB")} characters, more than any of this site’s: its settings were not taken.`
    );
  const entries = readEntries(text, problems);
  const version = entries.get(HEAD);
  entries.delete(HEAD);
  if (version !== VERSION)
    return refuse(
      `The link is of version ${shown(version ?? "")}, and this site reads version ${VERSION}: its settings were not taken. Open it on the site that it came from.`
    );

  const take = <T>(key: string, otherwise: T, read: (value: string) => T): T => {
    const value = entries.get(key);
    entries.delete(key);
    if (value === undefined) return otherwise;
    try {
      return read(value);
    } catch (error) {
      problems.push(`In the link, ${key} is ${shown(value)}: ${messageOf(error)} It is as usual instead.`);
      return otherwise;
    }
  };
  const preset = take("preset", "toy" as PresetName, (value) =>
    oneOf(Object.keys(presets) as PresetName[], value)
  );
  const settings = defaults(preset);
  settings.text = take("text", settings.text, readKind);
  const {text: chosen} = settings;
  const own = {
    bytes: take("bytes", undefined, (value) => wholeNumber(value)),
    sha256: take("sha256", undefined, readSha256),
    isBook: take("clean", undefined, readSwitch)
  };
  if (chosen.kind === "own") {
    if (own.bytes !== undefined) chosen.bytes = own.bytes;
    if (own.sha256 !== undefined) chosen.sha256 = own.sha256;
    if (own.isBook) chosen.isBook = true;
  }
  settings.tokenizer = take("tokens", settings.tokenizer, parseTokenizerChoice);
  settings.backend = take("engine", settings.backend, (value) =>
    oneOf(Object.keys(engines) as WantedBackend[], value)
  );

  const changed = (config: object): Values => {
    const values: Values = {};
    for (const [field, before] of Object.entries(config as Values)) {
      const value = take(field, before, (written) => readValue(field, before, written));
      if (value !== before) values[field] = value;
    }
    return values;
  };
  settings.model = possible(settings.model, changed(settings.model), problems, (model) =>
    checkModelConfig({...model, vocabSize: BLIND_VOCABULARY})
  );
  settings.train = possible(settings.train, changed(settings.train), problems, checkTrainConfig);
  for (const key of entries.keys())
    problems.push(`The link says ${shown(key)}, which this site does not know: it is left out.`);
  return {settings, problems: few(problems)};
}

function defaults(preset: PresetName): LinkedSettings {
  const {model, train} = presets[preset];
  return {
    preset,
    model: {...model},
    train: {...train},
    backend: "auto",
    text: {kind: "site"},
    tokenizer: {kind: "character"}
  };
}

/** What is said twice counts once, as it was said first. */
function readEntries(text: string, problems: string[]): Map<string, string> {
  const entries = new Map<string, string>();
  for (const part of text.split("&")) {
    const at = part.indexOf("=");
    const key = at < 0 ? part : part.slice(0, at);
    if (at < 0 || key === "")
      problems.push(`The link says ${shown(part)}, which is no setting: it is left out.`);
    else if (entries.has(key)) problems.push(`The link says ${shown(key)} twice: the first counts.`);
    else entries.set(key, part.slice(at + 1));
  }
  return entries;
}

const readKind = (written: string): LinkedText => ({kind: oneOf(["site", "book", "own"] as const, written)});

function few(problems: readonly string[]): string[] {
  const more = problems.length - MOST_PROBLEMS;
  return more > 0 ? [...problems.slice(0, MOST_PROBLEMS), `And ${more} more like these.`] : [...problems];
}
