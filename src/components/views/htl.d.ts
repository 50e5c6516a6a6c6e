/** The part of htl 0.3.1 that the figures use; the package ships no types of its own. */
declare module "htl" {
  type Template = (strings: TemplateStringsArray, ...values: unknown[]) => Element;
  /** One element from a template; what is interpolated becomes text or attributes, never markup. */
  export const html: Template;
  /** The same, in the SVG namespace. */
  export const svg: Template;
}
