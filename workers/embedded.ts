/** All roles in one process: the worker of the embedded system (`bowsprit up`). */
import { main } from './main.ts';
import { roleNames } from './roles.ts';
import { runWorkers } from './run-workers.ts';

await main((settings) => runWorkers(settings, roleNames));
