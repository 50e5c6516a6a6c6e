import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {joinWindow} from "../../../src/components/ops/joinWindow.js";
import {setRowWork} from "../../../src/components/ops/webgpu/rowWork.js";
import {useBackend} from "../../backends.js";
import {expectParity, normal} from "./parity.js";

/** Numbers are copied, and a few of them added. */
const TOLERANCE = {forward: 1e-9, backward: 1e-6};

describe.each(["thread", "workgroup"] as const)("joinWindow, positions by a %s", (work) => {
  beforeAll(async () => {
    await useBackend("webgpu");
    setRowWork(work);
  });
  afterAll(() => setRowWork(null));

  it.each([
    {shape: [1, 1, 1], size: 1},
    {shape: [2, 7, 3], size: 3},
    {shape: [3, 5, 8], size: 2},
    {shape: [2, 3, 132], size: 6}
  ])("agrees with its definition, $shape by $size", async ({shape, size}) => {
    const dy = normal([...shape.slice(0, 2), size * shape[2]!], 2);
    const ran = await expectParity((x) => joinWindow(x!, size), [normal(shape, 1)], dy, TOLERANCE);
    expect(ran).toEqual({forward: ["JoinWindow"], backward: ["JoinWindowBackward"]});
  });
});
