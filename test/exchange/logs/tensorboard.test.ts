import {fromBinary} from "@bufbuild/protobuf";
import {expect, test} from "vitest";
import {eventFile, eventFileName} from "../../../src/components/exchange/logs/tensorboard.js";
import {EventSchema} from "../../../src/components/exchange/logs/tensorboardSchema_pb.js";
import {logged} from "./logs.js";

const START = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;

/** CRC-32C bit by bit, written apart from ours. */
function sum(bytes: Uint8Array): number {
  let register = 0xffffffff;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit++) {
      const feedback = (register ^ (byte >> bit)) & 1;
      register = (register >>> 1) ^ (feedback ? 0x82f63b78 : 0);
    }
  const crc = (register ^ 0xffffffff) >>> 0;
  const turned = ((crc >>> 15) | (crc << 17)) >>> 0;
  return (turned + 0xa282ead8) % 2 ** 32;
}

/** The records of a TFRecord file, each sum checked. */
function records(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const found: Uint8Array[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expect(view.getUint32(at + 8, true)).toBe(sum(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(data).toHaveLength(length);
    expect(view.getUint32(at + 12 + length, true)).toBe(sum(data));
    found.push(data);
    at += 12 + length + 4;
  }
  return found;
}

test("the sum of this test is the one that TensorFlow's own files carry", () => {
  // The first record of any event file written by TensorFlow: its length, 24, and that length's masked sum.
  expect(sum(Uint8Array.of(24, 0, 0, 0, 0, 0, 0, 0))).toBe(0x224b7fa3);
});

test("the file holds its version, then every number that is known, at its step and time", () => {
  const events = records(eventFile(logged)).map((data) => fromBinary(EventSchema, data));
  const plain = events.map(({wallTime, step, what}) => ({
    time: wallTime - START,
    step: Number(step),
    what:
      what.case === "summary"
        ? Object.fromEntries(what.value.value.map(({tag, value}) => [tag, value.value]))
        : what.value
  }));
  expect(plain).toEqual([
    {time: 0, step: 0, what: "brain.Event:2"},
    {time: 0, step: 0, what: {"loss/validation": Math.fround(2.0794415416798357)}},
    {time: 0, step: 1, what: {"loss/train": 2.0625, learning_rate: Math.fround(0.001)}},
    {
      time: 0.75,
      step: 2,
      what: {
        "loss/train": 1.5,
        "loss/validation": 1.25,
        learning_rate: Math.fround(0.002),
        gradient_norm: 0.125
      }
    }
  ]);
});

test("the bytes are those of the format's own fields", () => {
  const [version] = records(eventFile(logged));
  const time = new Uint8Array(new Float64Array([START]).buffer);
  // Field 1, 64 bits: the time; field 3, 13 bytes: the version.
  expect([...version!]).toEqual([0x09, ...time, 0x1a, 13, ...Buffer.from("brain.Event:2")]);
});

test("the name says when the run began and that TensorBoard can read it", () => {
  expect(eventFileName(logged)).toBe(`events.out.tfevents.${START}.glassformer`);
  expect(eventFileName({...logged, runId: "old"})).toBe("events.out.tfevents.0.glassformer");
});
