/**
 * Picks a merged pull to other branches, each as a pull of its own: what is left to do once the plugin `cherrypicker` has decided
 * (spec plugins-review.md C.28). Every target is an affair of its own, and is found again by a repetition: by the comment that
 * ends it, by the pull that was opened.
 *
 * Prow applies the patch of the pull with `git am --3way` in a work tree. Here each commit is merged with its parent as the base
 * (`clients/git/cherry-pick.ts`): the same result where the patch applies, or its three-way merge does, without a work tree.
 */
import { cancellationSignal } from '@temporalio/activity';
import { cherryPickCommits, commitsBetween } from '../clients/git/cherry-pick.ts';
import { GitFailure, GitTooLarge } from '../clients/git/git-failure.ts';
import type { Mirror } from '../clients/git/mirror.ts';
import type { Mirrors, MirrorTarget } from '../clients/git/mirrors.ts';
import { isBranchName } from '../clients/git/ref-names.ts';
import type { BlobStore } from '../domain/blob-store.ts';
import { addLabel, comment, type CherryPick } from '../domain/effects.ts';
import { mayPass } from '../domain/errors.ts';
import { loadEnvelope, type ChangeEventEnvelope } from '../domain/review/envelope.ts';
import type { CherryPickActivities, CherryPickRequest } from '../domain/review/errands.ts';
import type { CodeHost, HeadBranch, ItemName } from '../domain/review/host.ts';
import type { Item, PullDetails } from '../domain/review/item.ts';
import { markerOf } from '../domain/review/marker.ts';
import { printableLine } from '../domain/review/printable-line.ts';
import { noteBlock } from '../plugins/release-note/note.ts';
import { HostRefusal } from '../providers/host-failures.ts';
import { cherryPickBody, cherryPickBranch, cherryPickIssueBody, cherryPickTitle } from '../rules/cherry-pick-pull.ts';
import { isBot } from '../rules/own-comments.ts';
import { printableMarkdown } from '../rules/printable-markdown.ts';
import { simpleReply } from '../rules/replies.ts';
import { beating } from './beating.ts';
import { hostFailure } from './host-failure.ts';

export interface CherryPickDeps {
  host: (name: string) => CodeHost;
  mirrors: Mirrors;
  blobs: Pick<BlobStore, 'get'>;
}

export function createCherryPickActivities(deps: CherryPickDeps): CherryPickActivities {
  return {
    async cherryPick(request) {
      const outcomes: string[] = [];
      try {
        await beating(async (beat) => {
          const pick = await pickOf(request, deps, cancellationSignal());
          if (!pick) outcomes.push('the pull is gone, or was not merged');
          else await pickAll(request, pick, outcomes, beat);
        });
      } catch (error) {
        throw hostFailure(error);
      }
      return { outcomes };
    },
  };
}

type Pull = Item & { pull: PullDetails };

/** What is the same for all targets. */
interface Picking {
  host: CodeHost;
  mirrors: Mirrors;
  target: MirrorTarget;
  name: ItemName;
  pull: Pull;
  envelope: ChangeEventEnvelope;
  effect: CherryPick;
  /** Of the original. */
  labels: readonly string[];
  /** Markers of comments that we have made on the pull. */
  isDone: (key: string) => boolean;
  signal: AbortSignal;
}

async function pickOf(
  { envelope: given, effect }: CherryPickRequest,
  { host: hostOf, mirrors, blobs }: CherryPickDeps,
  signal: AbortSignal,
): Promise<Picking | undefined> {
  const envelope = await loadEnvelope(blobs, given);
  const { repo, item } = envelope;
  if (!item) return undefined;
  const host = hostOf(envelope.host);
  const name = { ...repo, number: item.number };
  // As it is now: events are cut, and may be older than the merge.
  const pull = await host.item(name);
  if (!pull?.pull?.merged) return undefined;
  const reads = host.reads(name);
  const [labels, comments, bot] = await Promise.all([reads.labels(), reads.comments(), host.bot()]);
  const own = comments.filter(({ author }) => isBot(bot, author));
  return {
    host,
    mirrors,
    target: { host: envelope.host, ...repo, access: async () => await host.gitAccess(repo) },
    name,
    pull: { ...pull, pull: pull.pull },
    envelope,
    effect,
    labels,
    isDone: (key) => own.some(({ body }) => body.includes(markerOf(key))),
    signal,
  };
}

/** One that fails does not hold up the others; the first failure that may pass is thrown when all had their turn. */
async function pickAll(
  { effect, key }: CherryPickRequest,
  pick: Picking,
  outcomes: string[],
  beat: (progress: unknown) => void,
): Promise<void> {
  const failures: unknown[] = [];
  for (const { target, chain } of effect.picks) {
    beat({ target, outcomes });
    const ownKey = `${key}/${target}`;
    try {
      outcomes.push(
        `${shown(target)}: ${pick.isDone(ownKey) ? 'done before' : await pickTo(target, chain, ownKey, pick)}`,
      );
    } catch (error) {
      pick.signal.throwIfAborted();
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures.find(mayPass) ?? failures[0];
}

const shown = (name: string) => printableLine(name, 60);

/** Resolves with what came of it, for people who run us; people of the change are told in a comment. */
async function pickTo(target: string, chain: readonly string[], key: string, pick: Picking): Promise<string> {
  const { host, name, effect } = pick;
  const tell = async (message: string, outcome: string) => {
    await host.apply(name, comment(`@${effect.requester}: ${simpleReply(message)}`), key);
    return outcome;
  };
  const where = printableMarkdown(target);
  try {
    const head = { repo: await host.forkOf(name), branch: cherryPickBranch(name.number, target) };
    const there = isBranchName(target) ? await host.changeFrom(name, head, target) : undefined;
    const isOurs = there?.body.includes(markerOf(key)) ?? false;
    if (there && !isOurs)
      return await tell(`There is a pull request for ${where} already: #${there.number}.`, 'exists');
    const opened = there ?? (await openPick({ target, chain, key, head }, pick));
    if ('problem' in opened) {
      const { problem, outcome, conflicts } = opened;
      if (!effect.issueOnConflict || conflicts === undefined) return await tell(problem(where), outcome);
      const issue = await openIssue(target, conflicts, key, pick);
      return await tell(`${problem(where)}\n\n${issue.message}`, `${outcome}, ${issue.outcome}`);
    }
    const unlabelled = await labelPick(opened.number, key, pick);
    if (effect.assign !== false) await assignRequester(opened.number, key, pick);
    const outcome = [`#${opened.number}`, ...unlabelled].join(', ');
    return await tell(`Picked to ${where}: #${opened.number}.`, outcome);
  } catch (error) {
    const reason = refusalIn(error);
    if (reason === undefined) throw error;
    return await tell(`This could not be picked to ${where}: ${printableMarkdown(reason)}`, 'refused');
  }
}

/** Its words where it is final. */
function refusalIn(error: unknown): string | undefined {
  if (error instanceof GitTooLarge) return error.message;
  const isFinal =
    (error instanceof HostRefusal || error instanceof GitFailure) &&
    ['HostForbidden', 'HostNotFound', 'HostValidation'].includes(error.type);
  if (!isFinal) return undefined;
  return error instanceof HostRefusal ? error.answer : error.message;
}

interface PickOne {
  target: string;
  chain: readonly string[];
  key: string;
  head: HeadBranch;
}

interface Problem {
  /** For people, who see the target as it is written there. */
  problem: (target: string) => string;
  outcome: string;
  /** Git's lines, indented, where only people can go on. */
  conflicts?: string;
}

async function openPick(one: PickOne, pick: Picking): Promise<{ number: number } | Problem> {
  const { host, name, pull, labels, effect, mirrors } = pick;
  const { target, chain, key, head } = one;
  const problem = await mirrors.use(pick.target, async (mirror) => await pushPick(mirror, one, pick));
  if (problem) return problem;
  const note = noteBlock(pull.body);
  const opened = await host.openChange(
    name,
    {
      title: cherryPickTitle(pull.title, pull.pull.base.ref, target),
      body: cherryPickBody({
        number: name.number,
        chain,
        labels,
        ...(effect.assign !== false && { assign: effect.requester }),
        ...(note !== undefined && { note }),
      }),
      base: target,
      head,
    },
    key,
  );
  if ('number' in opened) return opened;
  const reason = printableMarkdown(opened.reason);
  return { problem: (where) => `No pull request could be opened for ${where}: ${reason}`, outcome: 'refused' };
}

/** Puts the commits on top of the target, and the branch where the pull will come from. */
async function pushPick(mirror: Mirror, { target, head: to }: PickOne, pick: Picking): Promise<Problem | undefined> {
  const { host, name, pull, envelope, signal } = pick;
  const { base, head } = pull.pull;
  const since = Date.parse(envelope.receivedAt);
  const wanted = [
    { sha: head.sha, ref: host.changeRef(name.number) },
    { sha: base.sha, ref: `refs/heads/${base.ref}` },
  ];
  const { head: onto, missing } = await mirror.ensure({ branch: target, since, commits: wanted }, signal);
  if (onto === undefined) return { problem: (where) => `There is no branch ${where}.`, outcome: 'no such branch' };
  if (missing.has(head.sha)) {
    return { problem: () => 'The commits of this pull request are gone.', outcome: 'commits are gone' };
  }
  const picked = await cherryPickCommits(mirror, {
    commits: await commitsOf(mirror, pick, missing.has(base.sha)),
    onto,
    committer: await committerOf(pick),
    signal,
  });
  if (picked === 'nothing')
    return { problem: (where) => `${where} has all of this already.`, outcome: 'nothing to pick' };
  if ('conflicts' in picked) {
    const lines = picked.conflicts.slice(0, 50).map((line) => `    ${printableLine(line, 300)}`);
    const conflicts = lines.join('\n');
    return {
      problem: (where) => `This conflicts with ${where} and has to be picked by hand:\n\n${conflicts}`,
      outcome: `conflict in ${picked.commit.slice(0, 12)}`,
      conflicts,
    };
  }
  await push(mirror, picked.head, to, pick);
  return undefined;
}

/** The commits of the pull by the host's word, which does not count what its author has merged into it. */
async function commitsOf(
  mirror: Mirror,
  { host, name, pull, signal }: Picking,
  isBaseGone: boolean,
): Promise<string[]> {
  const commits = (await host.reads(name).commits()).map(({ sha }) => sha);
  const { base, head } = pull.pull;
  // GitHub lists no more than 250.
  if (commits.at(-1) === head.sha || isBaseGone) return commits;
  return await commitsBetween(mirror, { base: base.sha, head: head.sha, signal });
}

async function committerOf({ host, envelope, name }: Picking): Promise<{ name: string; email: string; at: number }> {
  const { login, isApp } = await host.bot();
  const account = isApp ? `${login}[bot]` : login;
  const { hostname } = new URL((await host.gitAccess(name)).url);
  // The time of the event: a repetition makes the same commit.
  return { name: account, email: `${account}@users.noreply.${hostname}`, at: Date.parse(envelope.receivedAt) };
}

async function push(
  mirror: Mirror,
  sha: string,
  { repo, branch }: HeadBranch,
  { host, signal }: Picking,
): Promise<void> {
  try {
    await mirror.push(sha, { to: async () => await host.gitAccess(repo), branch, signal });
  } catch (error) {
    if (!(error instanceof GitFailure) || error.type !== 'HostNotFound') throw error;
    // Hosts make forks in the background.
    throw new GitFailure('HostUnavailable', `push to ${repo.org}/${repo.repo}`, 'it is not there yet', {
      cause: error,
    });
  }
}

/** For whoever asked, where people have to go on. It is found again by its key, like the pull. */
async function openIssue(
  target: string,
  conflicts: string,
  key: string,
  pick: Picking,
): Promise<{ message: string; outcome: string }> {
  const { host, name, pull, envelope } = pick;
  const ownKey = `${key}/issue`;
  const issue = {
    title: cherryPickTitle(pull.title, pull.pull.base.ref, target),
    body: cherryPickIssueBody(name.number, printableMarkdown(target), conflicts),
    since: Date.parse(envelope.receivedAt),
  };
  const opened = await host.openIssue(name, issue, ownKey);
  if ('reason' in opened) {
    const reason = printableMarkdown(opened.reason);
    return { message: `No issue could be opened for that: ${reason}`, outcome: 'no issue for it' };
  }
  await assignRequester(opened.number, ownKey, pick);
  return { message: `The issue for that is #${opened.number}.`, outcome: `issue #${opened.number}` };
}

/** Resolves with words for each label that the host does not take; the pull is good without. */
async function labelPick(number: number, key: string, { host, name, effect }: Picking): Promise<string[]> {
  const missing: string[] = [];
  for (const label of effect.labels ?? []) {
    try {
      await host.apply({ ...name, number }, addLabel(label), `${key}/label/${label}`);
    } catch (error) {
      const reason = refusalIn(error);
      if (reason === undefined) throw error;
      missing.push(`without label ${shown(label)}: ${printableLine(reason, 100)}`);
    }
  }
  return missing;
}

/** Whoever may not be assigned is told by the comment all the same. */
async function assignRequester(number: number, key: string, { host, name, effect }: Picking): Promise<void> {
  try {
    await host.apply({ ...name, number }, { kind: 'assign', logins: [effect.requester] }, `${key}/assign`);
  } catch (error) {
    if (!(error instanceof HostRefusal)) throw error;
  }
}
