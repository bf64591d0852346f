/** Works out from what people have written how far a pull is approved (spec plugins-review.md C.1). */
import type { ApproveOptions } from '../../domain/plugin-config.ts';
import { approvalsIn, type Approval, type Approvals, type Statement } from '../../rules/approvers/approvals.ts';
import { associatedIssue } from '../../rules/approvers/associated-issue.ts';
import {
  approversOf,
  isApprovedBy,
  requiredOwners,
  type People,
  type RequiredOwner,
} from '../../rules/approvers/required-owners.ts';
import { suggestedApprovers } from '../../rules/approvers/suggest.ts';
import type { RepoOwners } from '../../rules/owners/repo-owners.ts';
import { isBot } from '../../rules/own-comments.ts';
import { seededRandom } from '../../rules/seeded-random.ts';
import type { ItemContext } from '../api.ts';
import type { FileLine, Notification } from './notification.ts';
import { wasAddedByOthers } from './override.ts';

const defaultLinkUrl = 'https://github.com';

/** `label` is given where the pull has it. Rejects where anything cannot be read. */
export async function notificationOf(
  context: ItemContext,
  options: ApproveOptions,
  label: string | undefined,
): Promise<Notification> {
  const { item, host, git, org, repo, jobs } = context;
  const [owners, files, statements] = await Promise.all([git.owners(), host.changedFiles(), statementsOf(context)]);
  const approvals = approvalsIn(statements, {
    lgtmActsAsApprove: options.lgtm_acts_as_approve,
    reviewStateCounts: !options.ignore_review_state,
    ...(!options.require_self_approval && { selfApproval: { login: item.author, link: `${item.url}#` } }),
  });
  const approvers = new Set(approvals.keys());
  const required = requiredOwners(
    owners,
    files.map(({ path }) => path),
  );
  const areFilesApproved = files.length > 0 && required.every((owner) => isApprovedBy(owner, approvers));
  const number = associatedIssue(item.body, org);
  const bypassedBy = inOrder(approvals).filter((approval) => approval.noIssue && isOwner(approval, required));
  const hasIssue = !options.issue_required || number !== undefined || bypassedBy.length > 0;
  const isComplete = areFilesApproved && hasIssue;
  const assigned = new Set(item.assignees.map((login) => login.toLowerCase()));
  return {
    org,
    repo,
    branch: item.pull?.base.ref ?? '',
    linkUrl: (jobs.main['github'] as { link_url?: string } | undefined)?.link_url ?? defaultLinkUrl,
    commandHelpLink: options.commandHelpLink,
    processLink: options.pr_process_link,
    isComplete,
    areFilesApproved,
    isOverridden: !isComplete && label !== undefined && (await wasAddedByOthers(label, context)),
    approvals: inOrder(approvals),
    files: required.map((owner) => fileLine(owner, owners, approvals)),
    suggested: suggestedApprovers({
      required,
      approvers,
      assignees: assigned,
      // The same people each time, so that the comment stays as it is.
      random: seededRandom(`${org}/${repo}#${item.number}`),
    }),
    assigned,
    ...(options.issue_required && { issue: { ...(number !== undefined && { number }), bypassedBy } }),
  };
}

/** Without those of ours, and of accounts that have shown themselves to be bots in a review. */
async function statementsOf({ host, bot }: ItemContext): Promise<Statement[]> {
  const [inline, comments, reviews] = await Promise.all([host.inlineComments(), host.comments(), host.reviews()]);
  const bots = new Set(reviews.filter(({ authorType }) => authorType === 'Bot').map(({ author }) => author));
  const said = [...inline, ...comments].map(({ author, body, url, createdAt }) => ({
    author,
    body,
    link: url,
    at: createdAt,
  }));
  const reviewed = reviews.map(({ author, body, url, submittedAt, state }) => ({
    author,
    body,
    link: url,
    at: submittedAt,
    reviewState: state,
  }));
  return [...said, ...reviewed].filter(({ author }) => !isBot(bot, author) && !bots.has(author));
}

function inOrder(approvals: Approvals): Approval[] {
  return [...approvals].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, approval]) => approval);
}

function isOwner({ login }: Approval, required: readonly RequiredOwner[]): boolean {
  return required.some((owner) => approversOf(owner, 'approvers').has(login.toLowerCase()));
}

function fileLine(owner: RequiredOwner, owners: RepoOwners, approvals: Approvals): FileLine {
  const people: People = approversOf(owner, 'approvers');
  return {
    path: owners.fileOf(owner.dir),
    isApproved: isApprovedBy(owner, new Set(approvals.keys())),
    approvers: [...approvals]
      .filter(([login]) => people.has(login))
      .map(([, { login }]) => login)
      .toSorted(),
  };
}
