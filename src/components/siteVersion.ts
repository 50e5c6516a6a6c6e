/** The version of this site, as in package.json, for files that say what wrote them. */
export const SITE_VERSION = "0.1.0";
