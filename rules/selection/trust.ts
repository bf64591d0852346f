/**
 * Who may start tests (spec jobs.md 3.3, plugins-review.md 0.7). People are asked for lazily and in order of cost.
 */
import type { Bot } from '../../domain/review/host.ts';
import { hasLabel } from '../../domain/review/item.ts';
import { isBot } from '../own-comments.ts';

/** The trigger plugin's settings for a repository. */
export interface TriggerSettings {
  trusted_apps?: readonly string[];
  trusted_org?: string;
  only_org_members?: boolean;
  ignore_ok_to_test?: boolean;
}

export interface People {
  isBot(login: string): Promise<boolean>;
  isMember(org: string, login: string): Promise<boolean>;
  /** Of the repository at hand. */
  isCollaborator(login: string): Promise<boolean>;
}

/** People as plugins can ask for them. */
export function peopleOf({ bot, host }: { bot: Bot; host: Pick<People, 'isMember' | 'isCollaborator'> }): People {
  return {
    isBot: (login) => Promise.resolve(isBot(bot, login)),
    isMember: (org, login) => host.isMember(org, login),
    isCollaborator: (login) => host.isCollaborator(login),
  };
}

export async function isTrustedUser(
  login: string,
  org: string,
  settings: TriggerSettings,
  people: People,
): Promise<boolean> {
  if (await people.isBot(login)) return true;
  if (await people.isMember(org, login)) return true;
  if (!settings.only_org_members && (await people.isCollaborator(login))) return true;
  if (isTrustedApp(login, settings)) return true;
  const second = secondOrg(org, settings);
  return second !== undefined && (await people.isMember(second, login));
}

/** The other organisation whose members are trusted as well. */
export function secondOrg(org: string, { trusted_org: second }: TriggerSettings): string | undefined {
  return second === undefined || second === '' || second === org ? undefined : second;
}

/** What somebody who is not trusted could be in order to be trusted, as the end of a sentence. */
export function waysToTrust(org: string, settings: TriggerSettings): string {
  const second = secondOrg(org, settings);
  const ways = [
    `a member of ${org}`,
    ...(settings.only_org_members ? [] : ['a collaborator of the repository']),
    ...(second === undefined ? [] : [`a member of ${second}`]),
  ];
  return ways.length > 1 ? `${ways.slice(0, -1).join(', ')} or ${ways.at(-1)}` : (ways[0] ?? '');
}

const appSuffix = '[bot]';

function isTrustedApp(login: string, { trusted_apps: apps = [] }: TriggerSettings): boolean {
  return login.endsWith(appSuffix) && apps.includes(login.slice(0, -appSuffix.length));
}

export const okToTestLabel = 'ok-to-test';
export const needsOkToTestLabel = 'needs-ok-to-test';

/** Trusted for its author's sake, or by its label: because somebody trusted said so. Labels are read only where it comes to them. */
export async function trustInPullRequest(
  pull: { author: string; labels: () => Promise<readonly string[]> },
  org: string,
  settings: TriggerSettings,
  people: People,
): Promise<'author' | 'label' | undefined> {
  if (await isTrustedUser(pull.author, org, settings, people)) return 'author';
  return hasLabel(await pull.labels(), okToTestLabel) ? 'label' : undefined;
}
