/** One or several roles, as production runs them: `bowsprit worker --role admin --role reports`. */
import { main } from './main.ts';
import { isRole, roleNames } from './roles.ts';
import { runWorkers } from './run-workers.ts';

await main(async (settings) => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !isRole(name));
  if (unknown.length > 0) throw new Error(`Unknown role ${unknown.join(', ')}; roles are ${roleNames.join(', ')}.`);
  await runWorkers(settings, wanted.length > 0 ? wanted.filter(isRole) : roleNames);
});
