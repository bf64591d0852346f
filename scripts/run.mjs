/** Runs a compiled program of the project after the set-up: `node scripts/run.mjs dist/bench/main.js [args]`. */
import { runNode } from './bowsprit.mjs';
import { runScript } from './setup/say.mjs';

const [program = '', ...args] = process.argv.slice(2);
await runScript(() => runNode(program, args));
