/** A file is not what it claims to be: damaged, cut short, or of a kind we do not read. The message is for people. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}
