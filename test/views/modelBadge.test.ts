// @vitest-environment jsdom
import {expect, it} from "vitest";
import {modelBadge} from "../../src/components/views/modelBadge.js";

it("says which model answers, on which text it learnt, and when figures are behind", () => {
  const node = modelBadge({label: "the model that ships with this site", own: false});
  expect(node.textContent).toBe("◇ Answering: the model that ships with this site.");
  expect(node.getAttribute("role")).toBe("status");
  node.update({label: "x", own: false, kind: "It is a bigram."});
  expect(node.textContent).toBe("◇ Answering: x. It is a bigram.");
  node.update({
    label: "your model, step 1,200",
    own: true,
    mismatch: {trainedOn: "<i>plays</i>.txt"},
    stale: true
  });
  expect(node.textContent).toBe(
    "◆ Answering: your model, step 1,200. It was trained on another text, <i>plays</i>.txt, and uses its own tokenizer. The figures are being brought up to date."
  );
  expect(node.querySelector("i")).toBeNull();
});
