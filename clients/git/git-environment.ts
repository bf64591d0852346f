/**
 * The environment of git processes that work on repositories which nobody has checked (architecture.md 3.3): no settings of the
 * machine or of a user, no hooks, no helpers that ask, no protocol but the one of the repository's address.
 *
 * Address and credentials come with each command, through variables that only the process itself and its children see. Neither
 * a command line nor the mirror's own files ever hold them.
 */
import type { GitAccess } from '../../domain/review/host.ts';
import { networkVariables } from '../network-variables.ts';

/** What of our own environment git needs: how to find programs, and the way out to the network. */
const passedOn = ['PATH', ...networkVariables];

/** The name that the host's repository has in a mirror, and that of the one which is pushed to. */
export const remote = 'origin';
export const pushRemote = 'fork';

export interface GitEnvironmentOptions {
  /** Our own. */
  inherited: Readonly<Record<string, string | undefined>>;
  /** Where the repository is; without it, git cannot reach any other. */
  access?: GitAccess;
  /** Fetch files only when they are needed. Only together with `access`. */
  partial?: boolean;
  /** A repository to push to. Only together with `access`, and by the same protocol. */
  pushTo?: GitAccess;
  /** Whether addresses may be `file:`, for tests with repositories of one's own. */
  allowFile?: boolean;
}

/** Throws an Error where the address has another protocol than HTTP. */
export function gitEnvironment({
  inherited,
  access,
  partial,
  pushTo,
  allowFile,
}: GitEnvironmentOptions): Record<string, string> {
  const settings: [string, string][] = [
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['core.attributesFile', '/dev/null'],
    ['core.quotePath', 'false'],
    ['credential.helper', ''],
    ['http.followRedirects', 'false'],
    ['submodule.recurse', 'false'],
    ['fetch.recurseSubmodules', 'false'],
    ['maintenance.auto', 'false'],
    ['gc.autoDetach', 'false'],
    ['commit.gpgSign', 'false'],
    // Volumes are often owned by somebody else than who runs us.
    ['safe.directory', '*'],
  ];
  let protocol = '';
  if (access) {
    protocol = new URL(access.url).protocol.replace(/:$/, '');
    if (!['https', 'http', ...(allowFile ? ['file'] : [])].includes(protocol)) {
      throw new Error(`git may not use the protocol ${protocol}.`);
    }
    settings.push([`remote.${remote}.url`, access.url], ...headerFor(access));
    if (pushTo) settings.push([`remote.${pushRemote}.url`, pushTo.url]);
    // A header that is given twice is sent twice.
    if (pushTo && pushTo.url !== access.url) settings.push(...headerFor(pushTo));
    if (partial) {
      settings.push([`remote.${remote}.promisor`, 'true'], [`remote.${remote}.partialCloneFilter`, 'blob:none']);
    }
  }
  const environment: Record<string, string> = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  for (const name of passedOn) {
    const value = inherited[name];
    if (value !== undefined) environment[name] = value;
  }
  settings.forEach(([name, value], index) => {
    environment[`GIT_CONFIG_KEY_${index}`] = name;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return {
    ...environment,
    HOME: '/nonexistent',
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: String(settings.length),
    GIT_ALLOW_PROTOCOL: protocol || 'none',
    GIT_ASKPASS: '',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
  };
}

function headerFor({ url, authorization }: GitAccess): [string, string][] {
  return authorization === undefined ? [] : [[`http.${url}.extraHeader`, `Authorization: ${authorization}`]];
}
