/** A command cannot do what was asked; the message says why. */
export class CliError extends Error {}
