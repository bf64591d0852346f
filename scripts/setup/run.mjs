/** Child processes of the set-up. */
import { spawn, spawnSync } from 'node:child_process';
import { SetupError } from './say.mjs';

/**
 * Runs a command to its end; output is shown only when it fails.
 * @param {string} command @param {string[]} args @param {{ cwd?: string, env?: NodeJS.ProcessEnv, what: string }} options
 */
export async function run(command, args, { cwd, env, what }) {
  const output = await new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.stderr.on('data', (chunk) => (text += chunk));
    child.on('error', (error) => reject(new SetupError(`${what} failed: cannot run ${command}: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) return resolve(text);
      process.stderr.write(text.split('\n').slice(-40).join('\n'));
      reject(new SetupError(`${what} failed (${command} ended with ${code}); its last lines are above.`));
    });
  });
  return String(output);
}

/**
 * Output of a short command, or undefined when it cannot be run or fails.
 * @param {string} command @param {string[]} args
 */
export function tryRun(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 });
  return result.status === 0 ? result.stdout : undefined;
}
