#!/usr/bin/env node
/** The command `bowsprit`: sets up what is missing, then runs the CLI in a child that gets all signals. */
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, setup } from './setup/index.mjs';
import { runScript } from './setup/say.mjs';

/** @param {string[]} args */
export async function bowsprit(args) {
  await runNode('dist/cli/main.js', args);
}

/**
 * Runs a compiled program of the project to its end and takes over its exit code.
 * @param {string} program path below the project @param {string[]} args @param {NodeJS.ProcessEnv} [env]
 */
export async function runNode(program, args, env = {}) {
  const { temporal } = await setup();
  const child = spawn(process.execPath, [join(root, program), ...args], {
    stdio: 'inherit',
    env: { TEMPORAL_CLI_PATH: temporal, ...process.env, ...env },
  });
  // Ctrl-C reaches the child by itself: the terminal sends it to the whole group. The parent only must not go first.
  process.on('SIGINT', () => undefined);
  for (const name of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(name, () => child.kill(name));
  process.exitCode = await new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await runScript(() => bowsprit(process.argv.slice(2)));
}
