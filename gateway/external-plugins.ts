/** Whether an external plugin wants a webhook (spec plugins-review.md A.8). `excluded_repos` do not count there. */
import type { PluginConfig } from '../domain/plugin-config.ts';
import { fullName, type RepoName } from '../domain/review/item.ts';

export function isWantedOutside({ external_plugins }: PluginConfig, repo: RepoName, event: string): boolean {
  return [repo.org, fullName(repo)]
    .flatMap((key) => external_plugins.get(key) ?? [])
    .some(({ events }) => events.length === 0 || events.includes(event));
}
