// @vitest-environment jsdom
import {describe, expect, it, vi} from "vitest";
import {notice} from "../../src/components/views/notice.js";

describe("notice", () => {
  it("interrupts only for errors", () => {
    expect(notice({kind: "error", message: "x"}).getAttribute("role")).toBe("alert");
    expect(notice({kind: "warning", message: "x"}).getAttribute("role")).toBe("status");
  });

  it("sets the message as text, after a word for its kind", () => {
    const node = notice({kind: "info", message: "<img src=x> is kept"});
    expect(node.textContent!.trim()).toBe("Note. <img src=x> is kept");
    expect(node.querySelector("img, button")).toBeNull();
  });

  it("runs its action", () => {
    const run = vi.fn();
    notice({kind: "error", message: "x", action: {label: "Resume", run}})
      .querySelector("button")!
      .click();
    expect(run).toHaveBeenCalledOnce();
  });
});
