import {expect, it} from "vitest";
import {startNodeWebgpu} from "../../src/cli/nodeWebgpu.js";
import {answerPromptly, answersSlowly} from "../../src/components/webgpu/promptAnswers.js";

it("knows Firefox, and no browser that only speaks of it", () => {
  const agent = (end: string) => `Mozilla/5.0 (X11; Linux x86_64) ${end}`;
  expect(answersSlowly(agent("rv:146.0) Gecko/20100101 Firefox/146.0"))).toBe(true);
  expect(answersSlowly(agent("AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"))).toBe(
    false
  );
  expect(answersSlowly("Node.js/20.19.0")).toBe(false);
});

it("submits nothing while somebody waits, and only then", async () => {
  const {adapter} = await startNodeWebgpu();
  const device = await adapter.requestDevice();
  const {queue} = device;
  const submit = queue.submit.bind(queue);
  let empty = 0;
  queue.submit = (commands) => {
    if ([...commands].length === 0) empty += 1;
    submit(commands);
  };
  // Answers come when this says so.
  const {onSubmittedWorkDone} = queue;
  let answer = () => {};
  queue.onSubmittedWorkDone = async () => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return onSubmittedWorkDone.call(queue);
  };
  answerPromptly(device);

  const done = queue.onSubmittedWorkDone();
  while (empty < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  const source = device.createBuffer({size: 4, usage: GPUBufferUsage.COPY_SRC, mappedAtCreation: true});
  new Float32Array(source.getMappedRange()).set([7]);
  source.unmap();
  const target = device.createBuffer({size: 4, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ});
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, target, 0, 4);
  queue.submit([encoder.finish()]);
  await target.mapAsync(GPUMapMode.READ);
  expect(new Float32Array(target.getMappedRange())[0]).toBe(7);

  answer();
  await done;
  const before = empty;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(empty).toBe(before);

  // A failure is passed on, and ends the waiting.
  device.pushErrorScope("validation");
  await expect(target.mapAsync(GPUMapMode.READ)).rejects.toThrow();
  await device.popErrorScope();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(empty).toBe(before);
  device.destroy();
});
