import {describe, expect, it} from "vitest";
import {changeSettings} from "../../src/cli/settings.js";
import {presets} from "../../src/components/training/presets.js";

const settings = presets.toy;

describe("changeSettings", () => {
  it("changes nothing where nothing is asked", () => {
    expect(changeSettings(settings, [])).toEqual({model: settings.model, train: settings.train});
  });

  it("changes choices, switches and numbers of the model and of the training", () => {
    const {model, train} = changeSettings(settings, [
      "position=rope",
      "bias=false",
      "nInner=100",
      "residualDropout=0.1",
      "batching=documents"
    ]);
    expect(model).toEqual({...settings.model, position: "rope", bias: false, nInner: 100});
    expect(train).toEqual({...settings.train, residualDropout: 0.1, batching: "documents"});
  });

  it("gives every head of queries its own keys and values, unless told otherwise", () => {
    expect(changeSettings(settings, ["nHead=8"]).model).toMatchObject({nHead: 8, nKvHead: 8});
    expect(changeSettings(settings, ["nKvHead=2", "nHead=8"]).model).toMatchObject({nHead: 8, nKvHead: 2});
  });

  it.each([
    ["width=64", /--set width=64: write FIELD=VALUE, with a field among architecture, .*nLayer.*seed/],
    ["vocabSize=9", /--set vocabSize=9: write FIELD=VALUE/],
    ["nLayer", /--set nLayer: write FIELD=VALUE/],
    ["bias=no", /--set bias=no: the value must be true or false/],
    ["nLayer=many", /--set nLayer=many: “many” is not a number/],
    ["nLayer=", /--set nLayer=: “” is not a number/]
  ])("refuses %s", (change, message) => {
    expect(() => changeSettings(settings, [change])).toThrow(message);
  });
});
