/**
 * Deck and gateway in one process, for the embedded system: what they share is most of either. Not with the workers, so that
 * webhooks are taken while those are started again.
 */
import { openDeck } from './deck-server.ts';
import { runFront } from './front.ts';
import { openGateway } from './gateway-server.ts';
import { main } from './main.ts';

await main(async (settings) => runFront(settings, 'deck', [openDeck, openGateway]));
