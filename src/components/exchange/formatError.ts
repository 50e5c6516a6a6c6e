/** Characters of a message: files hold names of megabytes. */
const LONGEST = 600;

/** A file is not what it claims to be: damaged, cut short, or of a kind we do not read. The message is for people. */
export class FormatError extends Error {
  override readonly name = "FormatError";

  constructor(message: string) {
    super(message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message);
  }
}
