/** Loads `plugins.yaml`: text to one defaulted value, or a ConfigError that lists every problem found (spec plugins-review.md A.6). */
import { dirname } from 'node:path';
import type { PluginConfig } from '../domain/plugin-config.ts';
import { decodeFile, placed, type DecodeReport } from './decode-file.ts';
import { checkPlugins } from './plugin-checks.ts';
import { pluginsWithDefaults } from './plugin-defaults.ts';
import { ConfigError, type Problem } from './problem.ts';

export interface LoadPluginsOptions {
  /** Told of every key that nothing reads; they are not errors. */
  unknownKey?: (problem: Problem) => void;
}

/** Throws ConfigError. */
export function parsePlugins(file: string, text: string, options: LoadPluginsOptions = {}): PluginConfig {
  const problems: Problem[] = [];
  const report: DecodeReport = { problem: (problem) => problems.push(problem), ...options };
  const decoded = decodeFile('plugins', file, text, report);
  if (!decoded || problems.length > 0) throw new ConfigError(problems);
  checkPlugins(decoded, (path, message) => problems.push(placed(text, path, { file, message })));
  if (problems.length > 0) throw new ConfigError(problems);
  return pluginsWithDefaults(decoded, dirname(file));
}
