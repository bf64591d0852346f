/**
 * The world of a case: what a plugin reads, and what its effects change, so that the handlers of one event and a second look see
 * what came before (golden data, plugins/README.md).
 */
import type { Effect, JobStart } from '../../../domain/effects.ts';
import { coversRepo, type PluginConfig } from '../../../domain/plugin-config.ts';
import type { LoadedConfig } from '../../../domain/main-config.ts';
import type { ReviewHostEvent } from '../../../domain/review/events.ts';
import {
  normalLogin,
  type IssueComment,
  type Item,
  type Review,
  type StatusState,
} from '../../../domain/review/item.ts';
import type { ItemContext } from '../../../plugins/api.ts';
import { ownersRulesFor, type OwnersDirDenylist } from '../../../rules/owners/owners-rules.ts';
import { createRepoOwners } from '../../../rules/owners/repo-owners.ts';
import type { PluginCase } from './case.ts';
import { botLogin, ids, org, repo, urls } from './identifiers.ts';

/** What was written, in the words of the golden data. */
export interface Written {
  labelsAdded: string[];
  labelsRemoved: string[];
  labelRemovalsOfAbsent: string[];
  assigned: string[];
  unassigned: string[];
  reviewersRequested: string[];
  teamReviewersRequested: string[];
  reviewersUnrequested: string[];
  teamReviewersUnrequested: string[];
  comments: string[];
  commentsDeleted: number[];
  reviews: { body: string; comments: readonly { path: string; position: number }[] }[];
  statuses: { context: string; state: string; description: string }[];
  checkRuns: string[];
  stateChanges: { state: string; reason?: string }[];
  title?: string;
  bodyChanged: boolean;
  milestone?: number | null;
  jobsCreated: { job: string; type: string; retest?: boolean; state?: string }[];
  jobsAborted: string[];
  itemReactions: number;
  commentReactions: number[];
  /** The handler failed in part. */
  error: boolean;
}

export interface World {
  context: ItemContext;
  written: Written;
  /** Carries effects out; true when the plugin wants to look again. */
  apply(effects: readonly Effect[]): boolean;
}

/** Times only order things: one minute each, oldest first. */
const minute = (index: number) => new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString();

export function createWorld(given: PluginCase, config: PluginConfig, jobs: LoadedConfig): World {
  const { state } = given;
  const { item } = state;
  const labels = new Set(state.labels ?? []);
  const collaborators = state.collaborators ?? [];
  const normalised = new Set(collaborators.map(normalLogin));
  const comments = commentsOf(given);
  const written = nothingWritten();
  const isTeam = (name: string) => name.includes('/');
  const known = (list: readonly string[] | undefined, login: string) =>
    (list ?? []).some((each) => normalLogin(each) === normalLogin(login));
  const cannotReview = (login: string) =>
    isTeam(login) ? login.split('/')[0] !== org : known(state.notReviewable, login) || known([item.author], login);

  const view = (): Item => ({
    isPull: item.isPR,
    number: item.number,
    title: item.title,
    body: item.body,
    author: item.author,
    authorType: item.authorType ?? 'User',
    state: item.state ?? 'open',
    url: urls.item(item),
    assignees: item.assignees ?? [],
    ...(item.isPR && {
      pull: {
        draft: item.draft ?? false,
        merged: item.merged ?? false,
        ...(typeof item.mergeable === 'boolean' && { mergeable: item.mergeable }),
        requestedReviewers: item.requestedReviewers ?? [],
        base: { ref: item.base ?? 'main', sha: ids.baseSha },
        head: { ref: item.headRef ?? 'topic', sha: ids.headSha, repo: { org, repo } },
      },
    }),
  });

  const files = () => ({ ...state.baseFiles });
  const context: ItemContext = {
    org,
    repo,
    bot: { login: botLogin, isApp: state.isApp ?? false },
    config,
    jobs,
    delivery: 'delivery',
    again: false,
    now: Date.UTC(2026, 0, 2),
    random: Math.random,
    item: view(),
    pull: async () => view().pull,
    postsubmits: async () => jobs.postsubmits.get(`${org}/${repo}`) ?? [],
    presubmits: async () => jobs.presubmits.get(`${org}/${repo}`) ?? [],
    activeJobs: async () =>
      (state.activeJobs ?? [])
        .filter(({ pull = item.number }) => pull === item.number)
        .map((job) => ({ name: job.id, job: job.job, type: job.type ?? 'presubmit', state: job.state as 'pending' })),
    host: {
      labels: async () => [...labels],
      labelsOf: async (number) => state.otherItems?.[String(number)]?.labels,
      repoLabels: async () => state.repoLabels ?? [],
      changedFiles: async () => (item.files ?? []).map((file) => ({ ...file, status: file.status as 'modified' })),
      comments: async () => comments.filter(({ where }) => where === 'conversation'),
      inlineComments: async () => comments.filter(({ where }) => where === 'inline'),
      reviews: async () => reviewsOf(given),
      commits: async () =>
        (item.commits ?? []).map(({ sha, message, author = item.author, parents = 1 }) => ({
          sha,
          message,
          author,
          parents,
        })),
      labelEvents: async () => state.labelEvents ?? [],
      isMergeable: async () => {
        if (typeof item.mergeable !== 'boolean') throw new Error('The host does not know yet.');
        return item.mergeable;
      },
      treeOf: async () => item.headTree ?? '',
      isMember: async (name, login) => name === login || (state.members?.[name] ?? []).includes(login),
      isCollaborator: async (login) => normalised.has(normalLogin(login)),
      collaborators: async () => normalised,
      permission: async (login) =>
        (state.permissions?.[login] as 'admin' | undefined) ?? (normalised.has(normalLogin(login)) ? 'write' : 'read'),
      teamMembers: async (slug) => {
        const team = state.teams?.[slug];
        if (!team) throw new Error(`There is no team ${slug}.`);
        return team.members;
      },
      teamMembersById: async (id) => {
        throw new Error(`There is no team ${id}.`);
      },
      teamMembersByName: async (name) =>
        Object.values(state.teams ?? {}).find((team) => team.name === name)?.members ?? [],
      milestones: async () => new Map(Object.entries(state.milestones ?? {})),
      statuses: async () =>
        (state.statuses ?? []).map(({ context: name, state: value, description = '' }) => ({
          context: name,
          state: value as StatusState,
          description,
        })),
      checkRuns: async () => state.checkRuns ?? [],
      requiredContexts: async () => state.requiredContexts ?? [],
      mergedPulls: async () => state.search?.length ?? 0,
      pullsOf: async () => state.search?.length ?? 0,
      isBusy: async (login) => known(state.busy, login),
    },
    git: {
      baseSha: async () => ids.baseSha,
      owners: async () => {
        const rules = ownersRulesFor(org, repo, config.owners, jobs.main['owners_dir_denylist'] as OwnersDirDenylist);
        const limited = !coversRepo(config.owners.skip_collaborators, org, repo);
        return createRepoOwners(new Map(Object.entries(files())), {
          ...rules,
          ...(limited && { collaborators: normalised }),
        });
      },
      baseFile: async (path) => files()[path],
      mergedFile: async (path) => {
        const head = state.headFiles ?? {};
        return Object.hasOwn(head, path) ? (head[path] ?? undefined) : files()[path];
      },
    },
  };

  const say = (body: string) => void written.comments.push(body);
  const refused = (text: string | undefined, who: readonly string[]) => {
    if (who.length > 0 && text !== undefined)
      say(text.replaceAll('{refused}', who.join(', ')).replaceAll('{reason}', 'no'));
  };
  const start = ({ job, type, labels: jobLabels = {} }: JobStart) =>
    written.jobsCreated.push({ job, type, ...(jobLabels['prow.k8s.io/retest'] === 'true' && { retest: true }) });

  const applyOne = (effect: Effect): void => {
    switch (effect.kind) {
      case 'addLabel':
        written.labelsAdded.push(effect.label);
        labels.add(effect.label);
        return;
      case 'removeLabel':
        if (labels.delete(effect.label)) written.labelsRemoved.push(effect.label);
        else written.labelRemovalsOfAbsent.push(effect.label);
        return;
      case 'comment':
        return say(effect.body);
      case 'editComment':
        throw new Error('The golden data knows no edited comment.');
      case 'deleteComment':
        written.commentsDeleted.push(effect.id);
        return;
      case 'assign': {
        const bad = effect.logins.filter((login) => known(state.notAssignable, login));
        written.assigned.push(...effect.logins.filter((login) => !bad.includes(login)));
        return refused(effect.whenRefused, bad);
      }
      case 'unassign':
        written.unassigned.push(...effect.logins);
        return;
      case 'requestReview': {
        const bad = effect.reviewers.filter(cannotReview);
        for (const name of effect.reviewers.filter((each) => !bad.includes(each))) {
          if (isTeam(name)) written.teamReviewersRequested.push(name.slice(name.indexOf('/') + 1));
          else written.reviewersRequested.push(name);
        }
        if (bad.length > 0 && effect.whenRefused === undefined) written.error = true;
        return refused(effect.whenRefused, bad);
      }
      case 'unrequestReview':
        for (const name of effect.reviewers) {
          if (!isTeam(name)) written.reviewersUnrequested.push(name);
          else if (name.startsWith(`${org}/`)) written.teamReviewersUnrequested.push(name.slice(name.indexOf('/') + 1));
        }
        return;
      case 'setStatus':
        written.statuses.push({ context: effect.context, state: effect.state, description: effect.description });
        return;
      case 'createCheckRun':
        written.checkRuns.push(effect.name);
        return;
      case 'setState':
        if (effect.state === 'open' && state.reopenFails) return refused(effect.whenRefused, ['open']);
        written.stateChanges.push({ state: effect.state, ...(effect.reason && { reason: effect.reason }) });
        if (effect.whenDone !== undefined) say(effect.whenDone);
        return;
      case 'editTitle':
        written.title = effect.title;
        return;
      case 'editBody':
        written.bodyChanged = true;
        return;
      case 'setMilestone':
        written.milestone = effect.milestone;
        return;
      case 'createReview':
        written.reviews.push({ body: effect.body, comments: effect.comments });
        return;
      case 'react':
        if (effect.target === 'item') written.itemReactions += 1;
        else written.commentReactions.push(effect.target.comment);
        return;
      case 'startJobs':
        effect.jobs.forEach(start);
        return;
      case 'abortJobs':
        written.jobsAborted.push(...activePresubmits(given));
        return;
      case 'recordJob':
        written.jobsCreated.push({ job: effect.job, type: 'presubmit', state: effect.state });
        return;
      case 'fail':
        written.error = true;
        return;
      case 'deleteBranch':
      case 'approveWorkflowRuns':
      case 'rerunWorkflowRuns':
      case 'cherryPick':
      case 'lookAgain':
        return;
    }
  };

  return {
    context,
    written,
    apply(effects) {
      effects.forEach(applyOne);
      return effects.some(({ kind }) => kind === 'lookAgain');
    },
  };
}

/** Those of the item, and the one that the event brings, as the newest. */
function commentsOf({ state, event }: PluginCase): (IssueComment & { where: 'conversation' | 'inline' })[] {
  const stored = (state.comments ?? []).map(({ id, author, type = 'User', body, edited }, index) => ({
    id,
    author,
    authorType: type,
    body,
    url: `${urls.item(state.item)}#issuecomment-${id}`,
    createdAt: minute(index),
    updatedAt: minute(edited ? index + 500 : index),
    where: 'conversation' as const,
  }));
  const brings = event.type === 'issue_comment' || event.type === 'pull_request_review_comment';
  if (!brings || (event.action !== 'created' && event.action !== 'edited')) return stored;
  return [
    ...stored,
    {
      id: ids.comment,
      author: event.author ?? state.item.author,
      authorType: event.authorType ?? 'User',
      body: event.body ?? '',
      url: urls.comment(state.item),
      createdAt: minute(900),
      updatedAt: minute(900),
      where: event.type === 'issue_comment' ? 'conversation' : 'inline',
    },
  ];
}

/** All after the comments; a submitted one is the newest. */
function reviewsOf({ state, event }: PluginCase): Review[] {
  const review = (author: string, type: 'User' | 'Bot', value: string, body: string, index: number): Review => ({
    id: index,
    author,
    authorType: type,
    state: value.toUpperCase() as Review['state'],
    body,
    url: `${urls.item(state.item)}#pullrequestreview-${index}`,
    submittedAt: minute(index),
  });
  const stored = (state.reviews ?? []).map(({ author, type = 'User', state: value, body = '' }, index) =>
    review(author, type, value, body, 600 + index),
  );
  if (event.type !== 'pull_request_review' || event.action !== 'submitted') return stored;
  const { author = state.item.author, authorType = 'User', reviewState = 'commented', body = '' } = event;
  return [...stored, review(author, authorType, reviewState, body, 901)];
}

function activePresubmits({ state }: PluginCase): string[] {
  return (state.activeJobs ?? [])
    .filter(({ type = 'presubmit', pull = state.item.number, state: value }) => {
      const hasEnded = ['success', 'failure', 'error', 'aborted'].includes(value);
      return type === 'presubmit' && pull === state.item.number && !hasEnded;
    })
    .map(({ id }) => id);
}

function nothingWritten(): Written {
  return {
    labelsAdded: [],
    labelsRemoved: [],
    labelRemovalsOfAbsent: [],
    assigned: [],
    unassigned: [],
    reviewersRequested: [],
    teamReviewersRequested: [],
    reviewersUnrequested: [],
    teamReviewersUnrequested: [],
    comments: [],
    commentsDeleted: [],
    reviews: [],
    statuses: [],
    checkRuns: [],
    stateChanges: [],
    bodyChanged: false,
    jobsCreated: [],
    jobsAborted: [],
    itemReactions: 0,
    commentReactions: [],
    error: false,
  };
}

/** Whether the event is one that a plugin handles only for open changes with that head. */
export function concernsHead(event: ReviewHostEvent, { item }: ItemContext): boolean {
  return event.kind !== 'status' || (item.isPull && item.state === 'open' && item.pull?.head.sha === event.sha);
}
