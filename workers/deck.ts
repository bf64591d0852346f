/** Deck as a process of its own. */
import { openDeck } from './deck-server.ts';
import { runFront } from './front.ts';
import { main } from './main.ts';

await main(async (settings) => runFront(settings, 'deck', [openDeck]));
