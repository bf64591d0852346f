/** Runs a compiled program of the project after the set-up: `node scripts/run.mjs dist/bench/main.js [args]`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './bowsprit.mjs';
import { prepare, root } from './setup/index.mjs';
import { runScript, SetupError } from './setup/say.mjs';

const [program = '', ...args] = process.argv.slice(2);
await runScript(async () => {
  await prepare();
  if (!existsSync(join(root, program))) throw new SetupError(`There is no program ${program} in this version.`);
  await runProgram(program, args);
});
