/** `npm start`: sets up what is missing and brings the embedded system up. Arguments go to `bowsprit up`. */
import { bowsprit } from './bowsprit.mjs';
import { runScript } from './setup/say.mjs';

await runScript(() => bowsprit(['up', ...process.argv.slice(2)]));
