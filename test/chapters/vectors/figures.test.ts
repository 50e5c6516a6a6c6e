// @vitest-environment jsdom
import {describe, expect, it} from "vitest";
import {answers} from "../../../src/components/chapters/vectors/answers.js";
import {bendFigure} from "../../../src/components/chapters/vectors/bendFigure.js";
import type {Frame} from "../../../src/components/chapters/vectors/bends.js";
import {WorkshopClient, type WorkshopWorker} from "../../../src/components/chapters/vectors/client.js";
import {dotFigure, dotWords} from "../../../src/components/chapters/vectors/dotFigure.js";
import {linearFigure} from "../../../src/components/chapters/vectors/linearFigure.js";
import {randomCase} from "../../../src/components/chapters/vectors/linearSteps.js";
import {lookupFigure} from "../../../src/components/chapters/vectors/lookupFigure.js";
import {neighboursFigure} from "../../../src/components/chapters/vectors/neighboursFigure.js";
import type {WorkshopReport, WorkshopRequest} from "../../../src/components/chapters/vectors/protocol.js";
import {reluFigure} from "../../../src/components/chapters/vectors/reluFigure.js";
import {logitFor} from "../../../src/components/chapters/vectors/softmaxFigure.js";
import {tableRows} from "../../../src/components/chapters/vectors/tokenTable.js";
import {EXAMPLES} from "../../../src/components/chapters/vectors/valley.js";
import {valleyFigure} from "../../../src/components/chapters/vectors/valleyFigure.js";
import {press} from "../../views/canvasless.js";

const frame = (step: number, units = 2): Frame => ({
  step,
  network: {
    slopes: Array(units).fill(1),
    biases: Array(units).fill(0.25),
    weights: Array(units).fill(step / 100),
    shift: 0
  }
});

function workshop() {
  const sent: WorkshopRequest[] = [];
  let worker: WorkshopWorker | null = null;
  const client = new WorkshopClient(() => {
    worker = {
      postMessage: (request) => void sent.push(request),
      onmessage: null,
      onerror: null,
      terminate() {}
    };
    return worker;
  });
  return {
    client,
    sent,
    made: () => worker !== null,
    report: (data: WorkshopReport) => worker!.onmessage!({data} as MessageEvent<WorkshopReport>),
    fail: (message: string) => worker!.onerror!(new ErrorEvent("error", {message}))
  };
}
const click = (node: Element, name: string) =>
  [...node.querySelectorAll("button")].find((button) => button.textContent === name)!.click();
const turn = (slider: HTMLInputElement, value: number) => {
  slider.value = String(value);
  slider.dispatchEvent(new Event("input", {bubbles: true}));
};
const sliders = (node: Element) => [...node.querySelectorAll<HTMLInputElement>('input[type="range"]')];
const reading = (node: Element) => node.querySelector(".figure-reading")!.textContent!;

describe("bendFigure", () => {
  it("opens with what was recorded, without a worker, and scrubs through it", () => {
    const {client, made} = workshop();
    const node = bendFigure([frame(0), frame(10), frame(40)], client);
    expect(node.textContent).toContain("recorded when the site was built");
    expect(node.querySelector(".bend-sliders")!.textContent).toContain("40");
    turn(sliders(node)[1]!, 100);
    expect(node.querySelector(".bend-sliders")!.textContent).toContain("Step10");
    expect(made()).toBe(false);
  });

  it("trains, follows, stops and goes back", () => {
    const {client, sent, report} = workshop();
    const node = bendFigure([frame(0), frame(40)], client);
    click(node, "Train");
    expect(sent.map(({type}) => type)).toEqual(["begin", "train"]);
    const id = sent[0]!.id;
    report({type: "frame", id, frame: frame(0, 16)});
    report({type: "frame", id, frame: frame(5, 16)});
    report({type: "frame", id: id + 7, frame: frame(99, 16)});
    expect(node.textContent).toContain("training, step 5 of 1,000");
    expect(node.querySelectorAll('[role="option"]')).toHaveLength(16);
    click(node, "Stop");
    report({type: "rested", id, step: 5});
    expect(node.textContent).toContain("computed here");
    click(node, "Reset");
    expect(node.textContent).toContain("recorded when the site was built");
    report({type: "frame", id, frame: frame(80, 16)});
    expect(node.querySelectorAll('[role="option"]')).toHaveLength(2);
  });

  it("is drawn by the keyboard, and tells a live network", () => {
    const {client, sent, report} = workshop();
    const node = bendFigure([frame(0)], client);
    const pen = node.querySelector('[role="slider"]')!;
    const error = () => node.querySelector("dd")!.textContent;
    const before = [error(), pen.getAttribute("aria-valuetext")];
    press(pen, "ArrowUp");
    press(pen, "ArrowRight");
    expect(error()).not.toBe(before[0]);
    expect(pen.getAttribute("aria-valuetext")).not.toBe(before[1]);
    expect(node.querySelector("input:checked")).toBeNull();
    expect(sent).toEqual([]);
    turn(sliders(node)[0]!, 4);
    expect(sent.at(-1)).toMatchObject({type: "begin", settings: {units: 4}});
    report({type: "frame", id: sent[0]!.id, frame: frame(0, 4)});
    press(pen, "ArrowDown");
    expect(sent.at(-1)).toMatchObject({type: "aim"});
  });

  it("chooses a unit with the arrow keys and says what it does", () => {
    const node = bendFigure([frame(50)], workshop().client);
    expect(reading(node)).toContain(
      "Unit 1 bends at x = −0.25: nothing to the left, slope 0.50 to the right"
    );
    press(node.querySelector('[role="option"]')!, "ArrowRight");
    expect(reading(node)).toContain("Unit 2 bends");
    expect(node.querySelectorAll('[aria-selected="true"]')).toHaveLength(1);
  });

  it("says that its worker failed, and tries again", () => {
    const {client, sent, fail} = workshop();
    const node = bendFigure([frame(0)], client);
    click(node, "Train");
    fail("no network");
    expect(node.querySelector('[role="alert"]')!.textContent).toContain("stopped (no network)");
    click(node, "Train");
    expect(node.querySelector('[role="alert"]')).toBeNull();
    expect(sent.filter(({type}) => type === "begin")).toHaveLength(2);
  });
});

describe("linearFigure", () => {
  const layer = randomCase(1);
  const result = {
    product: [1, 2, 3, 4],
    y: [1, 2, 3, 4],
    dx: [0, 0, 0, 0, 0, 0],
    dWeight: [0, 0, 0, 0, 0, 7],
    dBias: [1, 1]
  };
  it("steps forward and backward and shows other numbers when they come", () => {
    const {client, sent, report} = workshop();
    const node = linearFigure({layer, result}, client);
    for (let i = 0; i < 4; i++) click(node, "Next");
    expect(node.querySelector('[aria-current="step"]')!.textContent).toBe("5. dW");
    const cells = [...node.querySelectorAll(".matrix")].at(-1)!.querySelectorAll("td");
    cells[5]!.dispatchEvent(new FocusEvent("focusin", {bubbles: true}));
    expect(reading(node)).toMatch(/^dW\[3, 2\] = .* = 7\.$/);
    click(node, "Other numbers");
    const request = sent.at(-1)!;
    report({type: "linear", id: request.id, result: {...result, dWeight: [9, 9, 9, 9, 9, 9]}});
    expect([...node.querySelectorAll(".matrix")].at(-1)!.textContent).toContain("9.00");
    click(node, "Reset");
    expect(node.querySelector('[aria-current="step"]')!.textContent).toBe("1. x · W");
  });
});

describe("answers", () => {
  it("links three logits with the loss, both ways", () => {
    const {softmax, crossEntropy} = answers();
    const z = [2, 1, -1].map(Math.exp);
    const p = z[0]! / (z[0]! + z[1]! + z[2]!);
    expect(softmax.textContent).toContain(`${(100 * p).toFixed(1)}%`);
    expect(reading(crossEntropy)).toContain(`= ${(-Math.log(p)).toFixed(3)} nats`);
    press(crossEntropy.querySelector('[role="slider"]')!, "ArrowLeft");
    expect(reading(crossEntropy)).toMatch(/^Probability 69\.\d%|^Probability 70\.\d%/);
    expect(sliders(softmax)[0]!.value).not.toBe("2");
    const gradients = [...softmax.querySelectorAll("tbody td:last-child")].map((cell) =>
      Number(cell.textContent!.replace("−", "-"))
    );
    expect(gradients.reduce((a, b) => a + b)).toBeCloseTo(0, 2);
    expect(gradients[0]).toBeLessThan(0);
  });

  it("finds the logit of a probability", () => {
    const logits = [0, 1, -2];
    logits[1] = logitFor(0.3, {logits, target: 1});
    const powers = logits.map(Math.exp);
    expect(powers[1]! / powers.reduce((a, b) => a + b)).toBeCloseTo(0.3, 12);
  });
});

describe("the other figures", () => {
  const rows = tableRows({width: 2, scale: 1, values: [1, 0, 1, 1, -1, 0, 0, 2]});
  const names = ["a", "b", "c", "d"];

  it("shows neighbours of a token and looks it up", () => {
    const chosen: number[] = [];
    const node = neighboursFigure(rows, names, 0, (token) => chosen.push(token));
    expect(reading(node)).toBe(
      "The cosine of ‘a’ and ‘b’ is 0.71. The arrow of ‘a’ has length 1.00, that of ‘b’ 1.41."
    );
    node.querySelectorAll<HTMLElement>('[role="option"]')[2]!.click();
    expect(node.textContent).toContain("Nearest to ‘c’");
    expect(chosen).toEqual([0, 2]);
    const lookup = lookupFigure(rows, names, 0);
    lookup.update(3);
    expect(reading(lookup)).toBe("The 1 picks the row of ‘d’: 0.00, 2.00, …");
  });

  it("moves an arrow by the keyboard and says what the dot product is", () => {
    const node = dotFigure();
    expect(node.querySelector(".dot-sum")!.textContent).toBe("a·b = 2.0·0.5 + 1.0·2.0 = 3.00");
    press(node.querySelectorAll('[role="slider"]')[1]!, "ArrowLeft");
    expect(node.querySelector(".dot-sum")!.textContent).toBe("a·b = 2.0·0.4 + 1.0·2.0 = 2.80");
    click(node, "Reset");
    expect(node.querySelector(".dot-sum")!.textContent).toContain("= 3.00");
    expect(dotWords([1, 0], [0, 1])).toContain("angle 90°");
    expect(dotWords([0, 0], [0, 1])).toContain("no direction");
  });

  it("bends one unit", () => {
    const node = reluFigure();
    expect(reading(node)).toContain("The unit bends at x = −0.20");
    turn(sliders(node)[0]!, 0);
    expect(reading(node)).toContain("straight here");
    turn(sliders(node)[1]!, -1);
    expect(reading(node)).toContain("adds nothing here");
  });

  it("rolls a ball, and says when it is lost", () => {
    const node = valleyFigure();
    const loss = () => Number(/loss ([\d.,]+) \(/.exec(reading(node))![1]);
    const before = loss();
    click(node, "Step");
    expect(loss()).toBeLessThan(before);
    expect(reading(node)).toMatch(/^After 1 step:/);
    turn(sliders(node)[0]!, 400);
    click(node, "20 steps");
    expect(reading(node)).toContain("The ball has left the map");
    click(node, "Reset");
    expect(loss()).toBe(before);
    const line = () => node.querySelector(".fit-line")!.getAttribute("d");
    const drawn = line();
    press(node.querySelector('[role="slider"]')!, "ArrowRight");
    expect(reading(node)).toMatch(/^After 0 steps: w 1\.00/);
    // The line of the ball's w and b is drawn through the examples, and follows it.
    expect(line()).not.toBe(drawn);
    expect(node.querySelectorAll(".fit-examples circle")).toHaveLength(EXAMPLES.x.length);
  });
});
