/** Milliseconds after which figures have come. */
const LONG_ENOUGH = 5000;

/**
 * Where an address names a place on its page, keeps that in view while figures above it come and grow, until the reader
 * does anything, or for five seconds.
 */
export function holdPlace(hash = location.hash): void {
  const place = document.getElementById(nameIn(hash));
  if (!place || typeof ResizeObserver !== "function") return;
  const observer = new ResizeObserver(() => place.scrollIntoView());
  observer.observe(document.body);
  const reader = new AbortController();
  const end = () => {
    observer.disconnect();
    reader.abort();
  };
  for (const event of ["wheel", "touchstart", "pointerdown", "keydown"])
    addEventListener(event, end, {signal: reader.signal, passive: true});
  setTimeout(end, LONG_ENOUGH);
}

function nameIn(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return hash.slice(1);
  }
}
