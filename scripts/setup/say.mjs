/** Progress and failures of the set-up, in sentences on stderr: stdout belongs to the program that follows. */

/** @param {string} line */
export function say(line) {
  process.stderr.write(`bowsprit: ${line}\n`);
}

/** A set-up step that cannot go on; the message says what is missing, why it is needed and what to do. */
export class SetupError extends Error {}

/**
 * Runs the main function of a script: a SetupError becomes one sentence and exit code 1.
 * @param {() => Promise<void>} main
 */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exit(1);
  }
}
