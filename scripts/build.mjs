/** `npm run build`: packages, compiler, workflow bundle and Deck's pages, without the Temporal programs (images need none). */
import { prepare } from './setup/index.mjs';
import { runScript } from './setup/say.mjs';

await runScript(prepare);
