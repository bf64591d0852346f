/** The gateway as a process of its own. */
import { runFront } from './front.ts';
import { openGateway } from './gateway-server.ts';
import { main } from './main.ts';

await main(async (settings) => runFront(settings, 'gateway', [openGateway]));
