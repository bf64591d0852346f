/** Who approves of a change as of now: everything that people have said about it, in order (spec plugins-review.md C.1). */
import { approvalCommands, hasApprovalCommand } from './commands.ts';

export interface Approval {
  /** As the host writes it. */
  login: string;
  how: 'Approved' | 'LGTM' | 'Author self-approved';
  link: string;
  noIssue: boolean;
}

/** By lower-case login. */
export type Approvals = ReadonlyMap<string, Approval>;

/** A comment, an inline comment or a review. */
export interface Statement {
  author: string;
  body: string;
  link: string;
  /** RFC 3339. */
  at: string;
  /** Of a review, in upper case. */
  reviewState?: string;
}

export interface ApprovalRules {
  lgtmActsAsApprove: boolean;
  reviewStateCounts: boolean;
  /** Given where authors approve of what they write. */
  selfApproval?: { login: string; link: string };
}

const statesThatCount = new Set(['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED']);

/** Statements need not be in order; equally old ones keep theirs. */
export function approvalsIn(statements: readonly Statement[], rules: ApprovalRules): Approvals {
  const approvals = new Map<string, Approval>();
  const remove = (login: string) => approvals.delete(login.toLowerCase());
  const add = (approval: Approval) => {
    const before = approvals.get(approval.login.toLowerCase());
    // That no issue is needed stands until the approval is taken back.
    if (!before?.noIssue || approval.noIssue) approvals.set(approval.login.toLowerCase(), approval);
  };
  if (rules.selfApproval) add({ ...rules.selfApproval, how: 'Author self-approved', noIssue: false });
  const inOrder = statements.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  for (const statement of inOrder.filter((one) => isRelevant(one, rules))) {
    const { author: login, body, link, reviewState } = statement;
    if (login === '') continue;
    if (rules.reviewStateCounts && reviewState === 'APPROVED') add({ login, how: 'Approved', link, noIssue: false });
    if (rules.reviewStateCounts && reviewState === 'CHANGES_REQUESTED') remove(login);
    // Once a statement counts, /lgtm in it does as well, whatever the settings: so the reference has it.
    for (const { verb, cancels, noIssue } of approvalCommands(body)) {
      if (cancels) remove(login);
      else add({ login, how: verb === 'lgtm' ? 'LGTM' : 'Approved', link, noIssue });
    }
  }
  return approvals;
}

function isRelevant({ body, reviewState }: Statement, rules: ApprovalRules): boolean {
  if (hasApprovalCommand(body, rules.lgtmActsAsApprove)) return true;
  return rules.reviewStateCounts && isStateThatCounts(reviewState);
}

/** Upper case. */
export function isStateThatCounts(reviewState: string | undefined): boolean {
  return reviewState !== undefined && statesThatCount.has(reviewState);
}
