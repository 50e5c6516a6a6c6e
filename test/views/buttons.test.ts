// @vitest-environment jsdom
import {afterEach, beforeEach, describe, expect, it, vi} from "vitest";
import {button, copyButton, downloadButton} from "../../src/components/views/buttons.js";

const said = (node: Element) => node.querySelector('[role="status"]')!.textContent;
const click = (node: Element) => node.querySelector("button")!.click();

it("is pressed, and may be the main one of its row", () => {
  const press = vi.fn();
  const node = button("Go", press);
  node.click();
  expect(press).toHaveBeenCalledOnce();
  expect([node.type, node.textContent, node.className]).toEqual(["button", "Go", "button"]);
  expect(button("Go", press, true).classList).toContain("button-primary");
});

describe("copyButton", () => {
  afterEach(() => Reflect.deleteProperty(navigator, "clipboard"));
  const clipboard = (writeText: (text: string) => Promise<void>) =>
    Object.defineProperty(navigator, "clipboard", {value: {writeText}, configurable: true});

  it("copies the text of the moment and says so", async () => {
    const writeText = vi.fn(async () => {});
    clipboard(writeText);
    const node = copyButton(() => "now");
    click(node);
    await vi.waitFor(() => expect(said(node)).toBe("Copied"));
    expect(writeText).toHaveBeenCalledWith("now");
  });

  it("says what to do when it may not", async () => {
    clipboard(() => Promise.reject(new Error("denied")));
    const node = copyButton("x");
    click(node);
    await vi.waitFor(() => expect(said(node)).toContain("copy it by hand"));
  });
});

describe("downloadButton", () => {
  const saved: {name: string; blob: Blob}[] = [];
  beforeEach(() => {
    saved.length = 0;
    let last: Blob;
    URL.createObjectURL = (blob) => {
      last = blob as Blob;
      return "blob:here";
    };
    URL.revokeObjectURL = () => {};
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      saved.push({name: this.download, blob: last});
    });
  });

  it("saves the bytes under the name", async () => {
    click(downloadButton(async () => Uint8Array.of(1, 2, 3), "model.onnx"));
    await vi.waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]!.name).toBe("model.onnx");
    expect(saved[0]!.blob.size).toBe(3);
  });

  it("says why a file could not be made, and can be tried again", async () => {
    const node = downloadButton(() => Promise.reject(new Error("storage is full")), "model.onnx");
    click(node);
    await vi.waitFor(() => expect(said(node)).toBe("The file could not be made: storage is full"));
    expect(node.querySelector("button")!.disabled).toBe(false);
    expect(saved).toHaveLength(0);
  });
});
