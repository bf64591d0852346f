/** All plugins that are compiled in, by name. A new one is a folder beside this file and a line in this list. */
import type { Plugin } from './api.ts';
import { assign } from './assign/index.ts';
import { hold } from './hold/index.ts';

export const plugins: readonly Plugin[] = [assign, hold];

const byName = new Map(plugins.map((plugin) => [plugin.name, plugin]));

/** Undefined for a name that no plugin has. */
export function pluginNamed(name: string): Plugin | undefined {
  return byName.get(name);
}
