// @vitest-environment jsdom
import {expect, it} from "vitest";
import {checkYourself, predict} from "../../src/components/book/predict.js";

const question = {question: "How many?", choices: ["one", "two"], right: 1, because: "Two were counted."};

it("shows the answer only to who has committed to one", () => {
  let revealed = 0;
  const node = predict(question, {onReveal: () => revealed++});
  const button = node.querySelector("button")!;
  const [first] = node.querySelectorAll("input");
  const status = node.querySelector("[role=status]")!;
  expect(button.disabled).toBe(true);
  expect((status.querySelector(".predict-reason") as HTMLElement).hidden).toBe(true);
  first!.checked = true;
  first!.dispatchEvent(new Event("change"));
  expect(button.disabled).toBe(false);
  button.click();
  expect(status.textContent).toContain("Not quite: the answer is “two”.");
  expect((status.querySelector(".predict-reason") as HTMLElement).hidden).toBe(false);
  expect(node.querySelectorAll("label")[1]!.classList.contains("predict-right")).toBe(true);
  expect(revealed).toBe(1);
});

it("says so when the reader is right, and refuses an answer that is not among the choices", () => {
  const node = predict(question);
  const input = node.querySelectorAll("input")[1]!;
  input.checked = true;
  input.dispatchEvent(new Event("change"));
  node.querySelector("button")!.click();
  expect(node.querySelector(".predict-verdict")!.textContent).toBe("So it is.");
  expect(() => predict({...question, right: 2})).toThrow("Choice 2 of “How many?” does not exist.");
});

it("keeps text as text", () => {
  const node = checkYourself("<b>?</b>", "<i>!</i>");
  expect(node.querySelector("b, i")).toBe(null);
  expect(node.textContent).toContain("<i>!</i>");
});
