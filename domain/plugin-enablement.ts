/** Which plugins are on for a repository (spec plugins-review.md A.5, A.8). Names are compared as they are written. */
import type { ExternalPlugin, PluginConfig } from './plugin-config.ts';

/** Those of the organisation, unless it excludes the repository, and those of the repository; each once. */
export function enabledPlugins({ plugins }: Pick<PluginConfig, 'plugins'>, org: string, repo: string): string[] {
  const ofOrg = plugins.get(org);
  const inherited = ofOrg && !ofOrg.excluded_repos.includes(repo) ? ofOrg.plugins : [];
  return [...new Set([...inherited, ...(plugins.get(`${org}/${repo}`)?.plugins ?? [])])];
}

/** External plugins that get a webhook event; excluded repositories get them, too. */
export function externalPluginsFor(
  { external_plugins: external }: Pick<PluginConfig, 'external_plugins'>,
  org: string,
  repo: string,
  event: string,
): ExternalPlugin[] {
  return [org, `${org}/${repo}`]
    .flatMap((key) => external.get(key) ?? [])
    .filter(({ events }) => events.length === 0 || events.includes(event));
}

/** `org` and `org/repo` that may have a hook for us: the hook of an organisation brings the webhooks of its repositories. */
export function hookOwners({
  plugins,
  external_plugins,
}: Pick<PluginConfig, 'plugins' | 'external_plugins'>): string[] {
  const named = [...plugins.keys(), ...external_plugins.keys()];
  return [...new Set(named.flatMap((name) => [name.split('/', 1)[0] ?? name, name]))];
}
