/**
 * Keeps pulls from breaking OWNERS files: they must be readable, must not add labels that decide about merging, and must not
 * make people owners who are not trusted (spec plugins-review.md C.13).
 */
import { addLabel, comment, removeLabel, type Effect } from '../../domain/effects.ts';
import { blockFor } from '../../domain/plugin-config.ts';
import { hasLabel, type ChangedFile } from '../../domain/review/item.ts';
import { noAliases, parseOwnersAliases, type OwnersAliases } from '../../rules/owners/owners-aliases.ts';
import { OwnersFileError } from '../../rules/owners/owners-file.ts';
import { ownersRulesFor, type OwnersDirDenylist } from '../../rules/owners/owners-rules.ts';
import { ignoredBy, type OwnersRules } from '../../rules/owners/repo-owners.ts';
import { prune } from '../../rules/own-comments.ts';
import { compileRegex } from '../../rules/regex.ts';
import { reply } from '../../rules/replies.ts';
import { isTrustedUser, peopleOf, waysToTrust } from '../../rules/selection/trust.ts';
import type { ItemContext, Plugin } from '../api.ts';
import { checkFile } from './check-file.ts';
import { untrustedNewcomers, type OwnersChange } from './newcomers.ts';
import { emptyAliases, invalidAliases, invalidFiles, isUntrustedList, untrustedList } from './texts.ts';

const label = 'do-not-merge/invalid-owners-file';
const command = compileRegex(String.raw`(?mi)^/verify-owners\s*$`);
const actions = new Set(['opened', 'reopened', 'synchronize']);

export const verifyOwners: Plugin = {
  name: 'verify-owners',
  help: ({ config }) => ({
    description:
      `Adds the label \`${label}\` to pull requests that would break OWNERS files or make people owners who are not trusted, ` +
      'and says what is wrong.',
    config: { '': `OWNERS files must not add these labels: ${config.owners.labels_denylist.join(', ') || 'none'}.` },
    snippet,
    commands: [
      {
        usage: '/verify-owners',
        featured: false,
        description: 'Looks at the OWNERS files of the pull request once more.',
        whoCanUse: 'Anyone can use the command.',
        examples: ['/verify-owners'],
      },
    ],
  }),

  async onPull({ action }, context) {
    return actions.has(action) ? verify(context) : [];
  },

  async onComment({ action, body }, context) {
    const { isPull, state } = context.item;
    if (action !== 'created' || !isPull || state !== 'open' || !command.test(body)) return [];
    return verify(context);
  },
};

async function verify(context: ItemContext): Promise<Effect[]> {
  const { item, org, repo, config, jobs, host, bot } = context;
  if (!item.pull) return [];
  const denylist = jobs.main['owners_dir_denylist'] as OwnersDirDenylist | undefined;
  const rules = ownersRulesFor(org, repo, config.owners, denylist);
  const [changes, labels] = await Promise.all([host.changedFiles(), host.labels()]);
  const files = changes.filter(({ path, status }) => baseName(path) === rules.ownersFile && status !== 'removed');
  const aliasesChange = changes.find(({ path }) => path === rules.aliasesFile);
  const isLabelled = hasLabel(labels, label);
  if (files.length === 0 && !aliasesChange && !isLabelled) return [];
  const labelled = isLabelled ? [] : [addLabel(label)];

  const aliases = await aliasesOf(context, rules);
  if (typeof aliases === 'string') return [...labelled, comment(invalidAliases(rules.aliasesFile, aliases))];
  const empty = [...aliases].filter(([, members]) => members.size === 0).map(([name]) => name);
  const advice = empty.length > 0 ? [comment(emptyAliases(rules.aliasesFile, empty))] : [];

  const { problems, owned } = await checkFiles(context, files, rules);
  const untrusted = await untrustedIn(context, aliasesChange, aliases, owned);
  if (problems.length === 0 && untrusted.size === 0)
    return [...advice, removeLabel(label), ...prune(bot, await host.comments(), isUntrustedList)];
  return [
    ...advice,
    ...labelled,
    ...(problems.length > 0 ? [reviewOf(context, item.pull.head.sha, problems)] : []),
    ...(untrusted.size > 0
      ? [...prune(bot, await host.comments(), isUntrustedList), comment(untrustedText(context, untrusted))]
      : []),
  ];
}

/** Or what is wrong with them. */
async function aliasesOf({ git }: ItemContext, { aliasesFile }: OwnersRules): Promise<OwnersAliases | string> {
  const text = await git.mergedFile(aliasesFile);
  try {
    return text === undefined ? noAliases : parseOwnersAliases(text);
  } catch (error) {
    if (error instanceof OwnersFileError) return error.message;
    throw error;
  }
}

interface Problem {
  path: string;
  position: number;
  body: string;
}

/** Directories that are not looked into are passed over. */
async function checkFiles(
  { config, git }: ItemContext,
  files: readonly ChangedFile[],
  rules: OwnersRules,
): Promise<{ problems: Problem[]; owned: OwnersChange[] }> {
  const problems: Problem[] = [];
  const owned: OwnersChange[] = [];
  const isIgnored = ignoredBy(rules);
  for (const file of files) {
    const { path, patch = '' } = file;
    if (isIgnored(path.slice(0, Math.max(0, path.lastIndexOf('/'))))) continue;
    const { problem, owners } = checkFile(file, await git.mergedFile(path), config.owners.labels_denylist);
    if (problem) problems.push({ path, position: problem.position, body: problem.text });
    else owned.push({ path, patch, owners });
  }
  return { problems, owned };
}

/** Only where collaborators count in OWNERS files; here that takes an entry for the very repository, not its organisation. */
async function untrustedIn(
  { org, repo, config, bot, host }: ItemContext,
  aliasesChange: ChangedFile | undefined,
  aliases: OwnersAliases,
  owned: readonly OwnersChange[],
): Promise<Map<string, string[]>> {
  if (config.owners.skip_collaborators.includes(`${org}/${repo}`)) return new Map();
  const members: OwnersChange[] = aliasesChange
    ? [
        {
          path: aliasesChange.path,
          patch: aliasesChange.patch ?? '',
          owners: [...aliases.values()].flatMap((logins) => [...logins]),
        },
      ]
    : [];
  const named = owned.map((change) => ({ ...change, owners: change.owners.filter((name) => !aliases.has(name)) }));
  const settings = blockFor(config.triggers, org, repo) ?? {};
  const people = peopleOf({ bot, host });
  return untrustedNewcomers([...members, ...named], (login) => isTrustedUser(login, org, settings, people));
}

function reviewOf({ item }: ItemContext, sha: string, problems: readonly Problem[]): Effect {
  const body = reply({ author: item.author, body: item.body, url: item.url }, invalidFiles(problems.length));
  return { kind: 'createReview', sha, body, comments: problems };
}

function untrustedText({ org, repo, config }: ItemContext, people: ReadonlyMap<string, readonly string[]>): string {
  const settings = blockFor(config.triggers, org, repo);
  const joinUrl = settings?.join_org_url ?? `https://github.com/orgs/${org}/people`;
  return untrustedList({ org, joinUrl, waysToTrust: waysToTrust(org, settings ?? {}), people });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const snippet = `owners:
  # Labels that OWNERS files must not add; approved and lgtm unless given.
  labels_denylist:
  - approved
  - lgtm
  # Repositories where it does not matter whether owners are trusted.
  skip_collaborators:
  - org/repo
  # Other names of the files, by org or org/repo.
  filenames:
    org/repo:
      owners: OWNERS
      owners_aliases: OWNERS_ALIASES
`;
