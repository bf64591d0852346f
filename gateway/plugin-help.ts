/**
 * `GET /plugin-help`: what plugins there are and where they are on, with the keys that Prow's pages read (spec plugins-review.md
 * A.9). External plugins are asked at once and have one second; those that are late or fail are left out.
 */
import type { PluginConfig } from '../domain/plugin-config.ts';
import { plugins } from '../plugins/registry.ts';
import type { GatewayDeps } from './deps.ts';

type Plugin = (typeof plugins)[number];

export interface PluginHelpAnswer {
  AllRepos: readonly string[];
  RepoPlugins: Readonly<Record<string, readonly string[]>>;
  RepoExternalPlugins: Readonly<Record<string, readonly string[]>>;
  PluginHelp: Readonly<Record<string, unknown>>;
  ExternalPluginHelp: Readonly<Record<string, unknown>>;
}

const externalTimeoutMs = 1000;
/** An answer of an external plugin may have this many characters. */
const maxExternalHelp = 1024 * 1024;

export async function pluginHelp(
  { pluginConfig, logger, reposOf }: Pick<GatewayDeps, 'pluginConfig' | 'logger' | 'reposOf'>,
  ask: typeof fetch = fetch,
): Promise<PluginHelpAnswer> {
  const config = pluginConfig();
  const external = [...config.external_plugins];
  const named = new Map(external.flatMap(([, list]) => list.map((one) => [one.name, one] as const)));
  const [repos, helps] = await Promise.all([
    allRepos(config, reposOf),
    Promise.all(
      [...named.values()].map(async ({ name, endpoint, events }) => {
        const keys = external.filter(([, list]) => list.some((one) => one.name === name)).map(([key]) => key);
        try {
          return [name, { ...(await externalHelp(ask, endpoint, keys)), Events: events }] as const;
        } catch (error) {
          logger.debug({ err: error, plugin: name }, 'An external plugin gave no help');
          return undefined;
        }
      }),
    ),
  ]);
  return {
    AllRepos: repos,
    RepoPlugins: {
      ...Object.fromEntries([...config.plugins].map(([key, one]) => [key, one.plugins])),
      '': plugins.map(({ name }) => name),
    },
    RepoExternalPlugins: {
      ...Object.fromEntries(external.map(([key, list]) => [key, list.map(({ name }) => name)])),
      '': [...named.keys()],
    },
    PluginHelp: Object.fromEntries(plugins.map((plugin) => [plugin.name, helpOf(plugin, config)])),
    ExternalPluginHelp: Object.fromEntries(helps.filter((help) => help !== undefined)),
  };
}

async function allRepos(config: PluginConfig, reposOf: GatewayDeps['reposOf']): Promise<readonly string[]> {
  const keys = [...new Set([...config.plugins.keys(), ...config.external_plugins.keys()])];
  const lists = await Promise.all(
    keys.map(async (key) => {
      if (key.includes('/')) return [key];
      const repos = (await reposOf?.(key).catch(() => undefined)) ?? [];
      return repos.map((repo) => `${key}/${repo}`);
    }),
  );
  return [...new Set(lists.flat())].toSorted();
}

function helpOf(plugin: Plugin, config: PluginConfig): unknown {
  const enabledRepos = [...config.plugins].filter(([, one]) => one.plugins.includes(plugin.name)).map(([key]) => key);
  const help = plugin.help({ config, enabledRepos });
  return {
    Description: help.description,
    // Prow's pages put these in as HTML.
    Config: Object.fromEntries(Object.entries(help.config ?? {}).map(([repo, text]) => [repo, escaped(text)])),
    ...(help.snippet !== undefined && { Snippet: help.snippet }),
    Events: eventsOf(plugin),
    Commands: help.commands.map((command) => ({
      Usage: command.usage,
      Featured: command.featured,
      Description: command.description,
      Examples: command.examples,
      WhoCanUse: command.whoCanUse,
    })),
  };
}

function eventsOf(plugin: Plugin): string[] {
  return [
    ...(plugin.onIssue ? ['issue'] : []),
    ...(plugin.onPull ? ['pull_request'] : []),
    ...(plugin.onPush ? ['push'] : []),
    ...(plugin.onReview ? ['pull_request_review'] : []),
    ...(plugin.onStatus ? ['status'] : []),
    ...(plugin.onComment ? ['GenericCommentEvent (any event for user text)'] : []),
  ];
}

async function externalHelp(ask: typeof fetch, endpoint: string, keys: readonly string[]): Promise<object> {
  const response = await ask(`${endpoint.replace(/\/$/, '')}/help`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(keys.map((key) => ({ Org: key.split('/')[0], Repo: key.split('/')[1] ?? '' }))),
    signal: AbortSignal.timeout(externalTimeoutMs),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`HTTP status ${response.status}.`);
  if (text.length > maxExternalHelp) throw new Error('The answer is too long.');
  const help: unknown = JSON.parse(text);
  if (typeof help !== 'object' || help === null || Array.isArray(help)) throw new Error('The answer is no object.');
  return help;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
