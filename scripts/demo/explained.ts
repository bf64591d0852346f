/** What `bowsprit explain` says, by the command itself. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../../config/settings.ts';
import { sampleRepo } from './code-host.ts';
import { DemoError } from './demo-error.ts';

const program = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

/** The arguments, as a person would type them. */
export function explainArgs({ temporalPort, temporalUiPort }: Settings, number: number): string[] {
  return [
    'explain',
    `${sampleRepo}#${number}`,
    '--temporal-port',
    String(temporalPort),
    '--temporal-ui-port',
    String(temporalUiPort),
  ];
}

/** Its output, line by line. Rejects with DemoError where it fails. */
export async function explained(settings: Settings, number: number): Promise<string[]> {
  return await new Promise((resolve, reject) => {
    execFile(process.execPath, [program, ...explainArgs(settings, number)], (error, stdout, stderr) => {
      if (error) reject(new DemoError(`bowsprit explain ended with ${error.code}: ${stderr.trim()}`, { cause: error }));
      else resolve(stdout.trimEnd().split('\n'));
    });
  });
}

/** The lines that say what is missing. */
export function readinessOf(lines: readonly string[]): string[] {
  const start = lines.findIndex((line) => /^(Ready|Not ready|Nothing known)/.test(line));
  if (start < 0) return [];
  const end = lines.indexOf('', start);
  return lines.slice(start, end < 0 ? undefined : end);
}
