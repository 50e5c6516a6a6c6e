import * as tf from "@tensorflow/tfjs-core";
import {beforeEach, describe, expect, it} from "vitest";
import {startNodeBackend} from "../../../src/cli/nodeBackends.js";
import {errorOf, readNetwork} from "../../../src/components/chapters/vectors/bends.js";
import {randomCase} from "../../../src/components/chapters/vectors/linearSteps.js";
import type {WorkshopReport} from "../../../src/components/chapters/vectors/protocol.js";
import {preset} from "../../../src/components/chapters/vectors/target.js";
import {Workshop} from "../../../src/components/chapters/vectors/workshop.js";
import {FunctionFit} from "../../../src/components/training/functionFit.js";

const settings = {units: 6, learningRate: 0.02, seed: 3};
const points = preset("wave");
const pace = {steps: 5, interval: 0};

let reports: WorkshopReport[];
let onReport: (report: WorkshopReport) => void;
let workshop: Workshop;
beforeEach(() => {
  reports = [];
  onReport = () => {};
  workshop = new Workshop({
    post: (report) => {
      reports.push(report);
      onReport(report);
    },
    startBackend: async () => void (await startNodeBackend("cpu")),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    now: () => performance.now()
  });
});
const frames = () => reports.flatMap((report) => (report.type === "frame" ? [report.frame] : []));

describe("Workshop", () => {
  it("trains as FunctionFit does, frame by frame", async () => {
    void workshop.handle({type: "begin", id: 1, settings, points});
    await workshop.handle({type: "train", id: 1, until: 12, pace});
    expect(frames().map(({step}) => step)).toEqual([0, 5, 10, 12]);
    expect(reports.at(-1)).toEqual({type: "rested", id: 1, step: 12});
    const fit = new FunctionFit(settings);
    fit.aim(points);
    await fit.train(12);
    expect(frames().at(-1)!.network).toEqual(readNetwork(await fit.data()));
    fit.dispose();
  });

  it("stops when it is told to, and goes on from there", async () => {
    onReport = (report) => {
      if (report.type === "frame" && report.frame.step === 10) void workshop.handle({type: "stop", id: 1});
    };
    void workshop.handle({type: "begin", id: 1, settings, points});
    await workshop.handle({type: "train", id: 1, until: 1000, pace});
    expect(reports.at(-1)).toEqual({type: "rested", id: 1, step: 10});
    await workshop.handle({type: "train", id: 1, until: 20, pace});
    expect(frames().map(({step}) => step)).toEqual([0, 5, 10, 15, 20]);
  });

  it("takes up a new aim before and during the training", async () => {
    const aims = {before: preset("step"), during: preset("corner")};
    void workshop.handle({type: "begin", id: 1, settings: {...settings, units: 16}, points});
    void workshop.handle({type: "aim", id: 1, points: aims.before});
    await workshop.handle({type: "train", id: 1, until: 200, pace});
    expect(errorOf(frames().at(-1)!.network, aims.before)).toBeLessThan(0.1);
    onReport = (report) => {
      if (report.type === "frame" && report.frame.step === 205)
        void workshop.handle({type: "aim", id: 1, points: aims.during});
    };
    await workshop.handle({type: "train", id: 1, until: 700, pace});
    expect(errorOf(frames().at(-1)!.network, aims.during)).toBeLessThan(0.01);
  });

  it("lets a new network end the one before, and keeps no tensors of it", async () => {
    await workshop.handle({type: "begin", id: 1, settings, points});
    const {numTensors} = tf.memory();
    void workshop.handle({type: "train", id: 1, until: 10, pace});
    await workshop.handle({type: "begin", id: 2, settings, points});
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(reports.at(-1)).toMatchObject({type: "frame", id: 2, frame: {step: 0}});
  });

  it("carries out a linear layer while it holds a network", async () => {
    await workshop.handle({type: "begin", id: 1, settings, points});
    await workshop.handle({type: "linear", id: 2, layer: randomCase(1)});
    expect(reports.at(-1)).toMatchObject({type: "linear", id: 2, result: {dBias: expect.any(Array)}});
  });

  it("reports what goes wrong", async () => {
    await workshop.handle({type: "begin", id: 1, settings: {...settings, units: 0}, points});
    expect(reports.at(-1)).toMatchObject({
      type: "failed",
      id: 1,
      message: expect.stringMatching(/is 0; it must/)
    });
    await workshop.handle({type: "begin", id: 2, settings, points});
    expect(reports.at(-1)).toMatchObject({type: "frame", id: 2});
  });
});
