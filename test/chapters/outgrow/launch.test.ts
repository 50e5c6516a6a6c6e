import {expect, it, test} from "vitest";
import {type Launch, launchFacts} from "../../../src/components/chapters/outgrow/launch.js";

const launch: Launch = {
  program: "train.py",
  machines: 1,
  gpus: 1,
  batchSize: 64,
  blockSize: 256,
  parameters: 1000
};

test("one process is plain Python and sends nothing", () => {
  expect(launchFacts(launch)).toEqual({
    processes: 1,
    windows: 64,
    tokensPerStep: 16384,
    gradientBytes: 0,
    command: "python train.py"
  });
});

test("many share the windows and send 2(W − 1)/W of the gradients", () => {
  const facts = launchFacts({...launch, gpus: 8})!;
  expect(facts).toMatchObject({processes: 8, windows: 8, gradientBytes: 7000});
  expect(facts.command).toBe("torchrun --standalone --nproc_per_node=8 train.py");
  expect(launchFacts({...launch, machines: 2, gpus: 4, program: "hugging_face.py"})!.command).toBe(
    "torchrun --nnodes=2 --nproc_per_node=4 --rdzv_backend=c10d --rdzv_endpoint=HOST:29500 hugging_face.py"
  );
});

it("refuses what does not divide, as train.py does", () => {
  expect(launchFacts({...launch, batchSize: 12, gpus: 8})).toBeNull();
  expect(launchFacts({...launch, batchSize: 12, machines: 2, gpus: 2})).toMatchObject({windows: 3});
});
