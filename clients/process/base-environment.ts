/**
 * What of the worker's own environment a job may see: an allow-list, because the worker has tokens in its environment.
 */
import { networkVariables } from '../network-variables.ts';

const passedOn = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', ...networkVariables]);

export function baseEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const base: Record<string, string> = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && (passedOn.has(name) || name.startsWith('LC_'))) base[name] = value;
  }
  return base;
}

/** Never asks, does the same on every machine, and leaves nothing running in the background. */
export function gitEnvironment(base: Readonly<Record<string, string>>): Record<string, string> {
  const settings = {
    'commit.gpgSign': 'false',
    'gc.auto': '0',
    'maintenance.auto': 'false',
    'advice.detachedHead': 'false',
  };
  const entries = Object.entries(settings);
  return {
    ...base,
    TZ: 'UTC',
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    GIT_MERGE_AUTOEDIT: 'no',
    GIT_CONFIG_COUNT: String(entries.length),
    ...Object.fromEntries(entries.map(([name], index) => [`GIT_CONFIG_KEY_${index}`, name])),
    ...Object.fromEntries(entries.map(([, value], index) => [`GIT_CONFIG_VALUE_${index}`, value])),
  };
}
