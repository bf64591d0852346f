/** Keeps `plugins.yaml` loaded as `agent.ts` does the rest: read again when it changes, the last good one kept when it is refused. */
import { createHash } from 'node:crypto';
import type { PluginConfig } from '../domain/plugin-config.ts';
import { createAgent, type AgentOptions } from './agent.ts';
import { readConfigFile } from './files.ts';
import { parsePlugins } from './load-plugins.ts';
import { ConfigError } from './problem.ts';

export interface PluginAgent {
  /** The configuration in force. */
  current(): PluginConfig;
  close(): Promise<void>;
}

interface Loaded {
  /** Hash of the file. */
  generation: string;
  config: PluginConfig;
}

/** @param file without one no plugin is enabled anywhere. Rejects with ConfigError where the file cannot be used. */
export async function createPluginAgent(
  file: string | undefined,
  options: Omit<AgentOptions<Loaded>, 'onLoaded'>,
): Promise<PluginAgent> {
  if (file === undefined) {
    const none = parsePlugins('plugins.yaml', '{}');
    return { current: () => none, close: async () => undefined };
  }
  const agent = await createAgent<Loaded>(
    {
      paths: { configPath: file, jobConfigPaths: [] },
      load: async () => load(file),
      isSame: (one, other) => one.generation === other.generation,
      fieldsOf: ({ generation }) => ({ plugins: generation }),
    },
    options,
  );
  return { current: () => agent.current().config, close: async () => await agent.close() };
}

function load(file: string): Loaded {
  let text: string;
  try {
    text = readConfigFile(file);
  } catch (error) {
    throw new ConfigError([{ file, message: `cannot be read: ${String(error)}` }]);
  }
  return { generation: createHash('sha256').update(text).digest('hex').slice(0, 16), config: parsePlugins(file, text) };
}
