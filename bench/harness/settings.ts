/** Settings of a measured system: the defaults with executor `none`, and nothing from the environment. */
import { join } from 'node:path';
import { resolveSettings, type GivenSettings, type Settings } from '../../config/settings.ts';
import { root } from './paths.ts';

export function benchSettings(given: GivenSettings): Settings {
  return resolveSettings(
    { executor: 'none', ...given },
    { env: {}, cwd: root, exampleDir: join(root, 'config', 'example') },
  );
}
