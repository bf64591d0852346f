/** A step of the demo did not come; the message says which, and how things stand instead. */
export class DemoError extends Error {}
