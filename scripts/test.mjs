/** `npm test`: sets up what is missing, tests' tools included, then runs jest. Arguments go to jest. */
import { setup } from './setup/index.mjs';
import { runJest } from './setup/jest.mjs';
import { runScript } from './setup/say.mjs';

await runScript(async () => {
  process.exitCode = await runJest(await setup({ tests: true }), process.argv.slice(2));
});
