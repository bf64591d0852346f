/** One or several roles, as production runs them: `bowsprit worker --role admin --role reports`. */
import { hasCodeHost, SettingsError } from '../config/settings.ts';
import { main } from './main.ts';
import { isRole, reviewRoleNames, roleNames } from './roles.ts';
import { runWorkers } from './run-workers.ts';

await main(async (settings) => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !isRole(name));
  if (unknown.length > 0) throw new Error(`Unknown role ${unknown.join(', ')}; roles are ${roleNames.join(', ')}.`);
  const idle = reviewRoleNames.filter((name) => wanted.includes(name));
  if (idle.length > 0 && !hasCodeHost(settings)) {
    throw new SettingsError(
      `The roles ${idle.join(', ')} need a code host: give --github-token-path (BOWSPRIT_GITHUB_TOKEN_PATH) or --github-app-id ` +
        '(BOWSPRIT_GITHUB_APP_ID).',
    );
  }
  await runWorkers(settings, wanted.length > 0 ? wanted.filter(isRole) : roleNames);
});
