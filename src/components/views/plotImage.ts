/** A drawing by Observable Plot as one image to assistive technology; its label is the plot's own `ariaLabel`. */
export function plotImage<Drawing extends Element>(plot: Drawing): Drawing {
  plot.setAttribute("role", "img");
  // Plot names its groups, which have no role that may carry a name.
  for (const group of plot.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label");
  return plot;
}
