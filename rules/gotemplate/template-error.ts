/**
 * The one error of the template engine: a template that does not parse, or does not execute on the given data.
 */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  /** Line inside the template text, counted from 1. */
  readonly line: number;
  /** What is wrong, without the position. */
  readonly reason: string;

  constructor(line: number, reason: string) {
    super(`template line ${line}: ${reason}`);
    this.line = line;
    this.reason = reason;
  }
}
