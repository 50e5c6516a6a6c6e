// @vitest-environment jsdom
import {describe, expect, it, vi} from "vitest";
import {fileDrop, textFromBytes} from "../../src/components/views/fileDrop.js";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A file; jsdom's own lacks `arrayBuffer`. */
function fileOf(text: string, name: string): File {
  const file = new File([text], name);
  file.arrayBuffer = async () => bytes(text).buffer;
  return file;
}

describe("textFromBytes", () => {
  it("reads UTF-8 as it is, markup and all", () => {
    expect(textFromBytes(bytes("é <script>\r\n"), "a.txt", 100)).toBe("é <script>\r\n");
  });

  it.each([
    ["too large", bytes("x".repeat(1001)), /a\.txt is 1\.0 kB; at most 1\.0 kB can be used here/],
    ["not UTF-8", Uint8Array.of(0x66, 0xff, 0xfe), /not UTF-8 text\. Save it as/],
    ["zero bytes", bytes("ab\0c"), /zero bytes/],
    ["empty", new Uint8Array(), /a\.txt is empty/],
    ["only spaces", bytes(" \n\t"), /a\.txt is empty/]
  ])("refuses what is %s with a sentence", (_, data, message) => {
    expect(() => textFromBytes(data, "a.txt", 1000)).toThrow(message);
    expect(() => textFromBytes(data, "a.txt", 1000)).toThrow(RangeError);
  });
});

describe("fileDrop", () => {
  function setUp(maxBytes = 100_000) {
    const onText = vi.fn();
    const node = fileDrop({label: "Your own text", maxBytes, onText});
    const part = (selector: string) => node.querySelector<HTMLElement>(selector)!;
    return {onText, node, part, area: node.querySelector("textarea")!};
  }
  const send = (node: Element, type: string, property: string, value: unknown) => {
    const event = new Event(type, {bubbles: true, cancelable: true});
    Object.defineProperty(event, property, {value});
    node.dispatchEvent(event);
    return event;
  };

  it("labels the text area and the file chooser", () => {
    const {node, area} = setUp();
    expect(node.querySelector("label")!.htmlFor).toBe(area.id);
    expect(node.querySelector('input[type="file"]')!.getAttribute("aria-label")).toBe("Open a text file");
  });

  it("takes what was typed on the button", () => {
    const {onText, area, part} = setUp();
    area.value = "Once";
    part("button").click();
    expect(onText).toHaveBeenCalledWith("Once", "your text");
    expect(part(".drop-said").textContent).toBe("Took your text, 4 bytes.");
  });

  it("reports an error as an alert and clears it after a success", () => {
    const {onText, area, part} = setUp();
    part("button").click();
    expect(part('[role="alert"]').textContent).toBe(
      "Your text is empty. Write something, or choose another file."
    );
    expect(onText).not.toHaveBeenCalled();
    area.value = "a";
    part("button").click();
    expect(part('[role="alert"]').textContent).toBe("");
  });

  it("takes a dropped file, and refuses a large one before reading it", async () => {
    const {onText, node, part} = setUp(10);
    send(node, "drop", "dataTransfer", {files: [fileOf("Once", "tale.txt")]});
    await vi.waitFor(() => expect(onText).toHaveBeenCalledWith("Once", "tale.txt"));
    const large = fileOf("x".repeat(11), "long.txt");
    large.arrayBuffer = () => Promise.reject(new Error("must not be read"));
    send(node, "drop", "dataTransfer", {files: [large]});
    await vi.waitFor(() =>
      expect(part('[role="alert"]').textContent).toMatch(/^long\.txt is 11 bytes; at most 10/)
    );
  });

  it("hands a large file over as it is, once its beginning is text", async () => {
    const onText = vi.fn();
    const onFile = vi.fn();
    const node = fileDrop({
      label: "Text",
      maxBytes: 20,
      onText,
      large: {above: 10, maxBytes: 200_000, onFile}
    });
    expect(node.textContent).toContain("20 bytes pasted and 200.0 kB in a file");
    const alert = node.querySelector('[role="alert"]')!;
    const drop = (file: File) => send(node, "drop", "dataTransfer", {files: [file]});
    const withSlices = (content: string | Uint8Array<ArrayBuffer>, name: string) => {
      const file = new File([content], name);
      const all = typeof content === "string" ? bytes(content) : content;
      file.slice = (start, end) =>
        ({arrayBuffer: async () => all.slice(start, end).buffer}) as unknown as Blob;
      file.arrayBuffer = () => Promise.reject(new Error("must not be read whole"));
      return file;
    };
    // The look at its beginning ends within a character.
    const large = withSlices(`x${"é".repeat(40_000)}`, "large.txt");
    drop(large);
    await vi.waitFor(() => expect(onFile).toHaveBeenCalledWith(large));
    expect(node.querySelector(".drop-said")!.textContent).toBe("Took large.txt, 80.0 kB.");
    drop(
      withSlices(
        Uint8Array.from({length: 50}, (_, i) => 0x80 + i),
        "image.png"
      )
    );
    await vi.waitFor(() => expect(alert.textContent).toMatch(/^image\.png is not UTF-8 text/));
    drop(withSlices("x".repeat(200_001), "huge.txt"));
    await vi.waitFor(() => expect(alert.textContent).toMatch(/^huge\.txt is 200\.0 kB; at most 200\.0 kB/));
    drop(fileOf("Once", "tale.txt"));
    await vi.waitFor(() => expect(onText).toHaveBeenCalledWith("Once", "tale.txt"));
    expect(onFile).toHaveBeenCalledTimes(1);
  });

  it("takes a dropped text, and names it at the beginning of a sentence as within one", () => {
    const {onText, node, part} = setUp(10);
    const drop = (text: string) => send(node, "drop", "dataTransfer", {files: [], getData: () => text});
    drop("Once");
    expect(onText).toHaveBeenCalledWith("Once", "dropped text");
    expect(part(".drop-said").textContent).toBe("Took the dropped text, 4 bytes.");
    drop("Once upon a time");
    expect(part('[role="alert"]').textContent).toMatch(/^The dropped text is 16 bytes; at most 10/);
  });

  it("takes a long paste past the text area, and leaves a short one to it", () => {
    const {onText, area, part} = setUp();
    const paste = (text: string) => send(area, "paste", "clipboardData", {getData: () => text});
    expect(paste("short").defaultPrevented).toBe(false);
    expect(onText).not.toHaveBeenCalled();
    expect(paste("long ".repeat(12_000)).defaultPrevented).toBe(true);
    expect(onText.mock.calls[0]![0]).toHaveLength(60_000);
    expect(onText.mock.calls[0]![1]).toBe("pasted text");
    expect(part(".drop-said").textContent).toBe("Took the pasted text, 60.0 kB.");
    expect(area.value).toBe("");
  });
});
