/**
 * How every process of `workers/` begins and ends: settings from the environment, failures in words, orderly exit.
 *
 * A failure that a restart cannot mend goes to the parent as `{ type: 'fatal' }`; anything else ends the process with code 1,
 * and whoever watches it starts it again.
 */
import { fileURLToPath } from 'node:url';
import { StorageSettingsError } from '../clients/blobs/storage-error.ts';
import { TemporalSettingsError } from '../clients/temporal/connection-options.ts';
import { ConfigError, formatProblem } from '../config/problem.ts';
import { resolveSettings, SettingsError, type Settings } from '../config/settings.ts';

/** The shipped example, beside the compiled code. */
export const exampleDir = fileURLToPath(new URL('../../config/example', import.meta.url));

export async function main(run: (settings: Settings) => Promise<void>): Promise<void> {
  try {
    await run(resolveSettings({}, { env: process.env, cwd: process.cwd(), exampleDir }));
    process.exit(0);
  } catch (error) {
    const message = fatalMessage(error);
    process.stderr.write(`${message ?? (error instanceof Error ? error.stack : String(error))}\n`);
    if (message && process.send) await new Promise((resolve) => process.send?.({ type: 'fatal', message }, resolve));
    process.exit(1);
  }
}

function fatalMessage(error: unknown): string | undefined {
  if (error instanceof ConfigError) {
    return ['The configuration is refused:', ...error.problems.map((problem) => `  ${formatProblem(problem)}`)].join(
      '\n',
    );
  }
  const isSettings = [SettingsError, StorageSettingsError, TemporalSettingsError].some((type) => error instanceof type);
  return isSettings && error instanceof Error ? error.message : undefined;
}
