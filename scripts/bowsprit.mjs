#!/usr/bin/env node
/** The command `bowsprit`: sets up what is missing, then becomes the CLI. */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { root, setup } from './setup/index.mjs';
import { runScript } from './setup/say.mjs';

/** @param {string[]} args */
export async function bowsprit(args) {
  await runProgram('dist/cli/main.js', args);
}

/**
 * Sets up, then runs a compiled program of the project in this very process: signals reach it directly, and an idle parent
 * would cost 40 MB.
 * @param {string} program path below the project @param {string[]} args
 */
export async function runProgram(program, args) {
  const { temporal } = await setup();
  // An empty name is none.
  process.env.TEMPORAL_CLI_PATH ||= temporal;
  const path = join(root, program);
  process.argv = [process.execPath, path, ...args];
  await import(pathToFileURL(path).href);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await runScript(() => bowsprit(process.argv.slice(2)));
}
