/** The system cannot come up; the message is for the person at the terminal and says what to do. */
export class StartError extends Error {}
