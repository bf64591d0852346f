/**
 * Who may start tests (spec jobs.md 3.3). People are asked for lazily and in order of cost.
 */

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
  const { trusted_org: second } = settings;
  return second !== undefined && second !== '' && second !== org && (await people.isMember(second, login));
}

const appSuffix = '[bot]';

function isTrustedApp(login: string, { trusted_apps: apps = [] }: TriggerSettings): boolean {
  return login.endsWith(appSuffix) && apps.includes(login.slice(0, -appSuffix.length));
}

export const okToTestLabel = 'ok-to-test';
export const needsOkToTestLabel = 'needs-ok-to-test';

/** Trusted for its author's sake, or because somebody trusted said so. */
export async function isTrustedPullRequest(
  pull: { author: string; labels: readonly string[] },
  org: string,
  settings: TriggerSettings,
  people: People,
): Promise<boolean> {
  return pull.labels.includes(okToTestLabel) || (await isTrustedUser(pull.author, org, settings, people));
}
