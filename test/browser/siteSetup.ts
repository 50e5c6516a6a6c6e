/** Builds the site that the browser tests visit. */
export default function setup(): void {}
