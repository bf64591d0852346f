/** A server that does not answer, in words. */
export class TemporalUnreachableError extends Error {}
