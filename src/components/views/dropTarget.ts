/** Makes an element take what is dropped on it; while something hangs over it, it has the class "drop-over". */
export function dropTarget(node: HTMLElement, take: (dropped: DataTransfer | null) => void): void {
  node.addEventListener("dragover", (event) => {
    event.preventDefault();
    node.classList.add("drop-over");
  });
  node.addEventListener("dragleave", () => node.classList.remove("drop-over"));
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    node.classList.remove("drop-over");
    take(event.dataTransfer);
  });
}
