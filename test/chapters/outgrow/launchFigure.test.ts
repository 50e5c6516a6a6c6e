// @vitest-environment jsdom
import {expect, test} from "vitest";
import {launchFigure} from "../../../src/components/chapters/outgrow/launchFigure.js";

const choose = (node: Element, index: number, value: string) => {
  const list = node.querySelectorAll("select")[index]!;
  list.selectedIndex = [...list.options].findIndex(({text}) => text === value);
  list.dispatchEvent(new Event("change"));
};

test("the command and the numbers follow the choices, and what cannot be is said", () => {
  const node = launchFigure();
  const command = () => node.querySelector("pre code")!.textContent;
  const cells = () => [...node.querySelectorAll("td")].map(({textContent}) => textContent);
  const reading = () => node.querySelector(".figure-reading")!.textContent;
  expect(command()).toBe("torchrun --standalone --nproc_per_node=8 train.py");
  expect(cells().slice(0, 4)).toEqual(["8", "64", "8", "16,384"]);
  expect(reading()).toBe("8 processes compute 8 windows each and average their gradients.");
  choose(node, 3, "1");
  expect(command()).toBe("python train.py");
  expect(cells().at(-1)).toBe("none");
  choose(node, 2, "2");
  expect(command()).toContain("--nnodes=2 --nproc_per_node=1");
  expect(reading()).toContain("Run the command on each of the 2 machines");
  choose(node, 0, "toy");
  choose(node, 3, "8");
  expect(command()).toBe("");
  expect(cells()).toEqual([]);
  expect(reading()).toBe(
    "16 processes cannot share 12 windows equally: add --set batchSize=N, with a multiple of 16, or use fewer."
  );
});

test("every choice has a name", () => {
  for (const list of launchFigure().querySelectorAll("select"))
    expect(list.labels![0]!.textContent?.trim()).toMatch(/^(Size|Program|Machines|GPUs in each)/);
});
