/**
 * The one comment that says who has approved, who has still to, and whom to ask (spec plugins-review.md C.1). Software reads
 * its first line, its links, its list of files and the trailer; the rest is for people.
 */
import type { Approval } from '../../rules/approvers/approvals.ts';
import { inlineCode } from '../../rules/inline-code.ts';

export interface Notification {
  org: string;
  repo: string;
  branch: string;
  /** Where links to files and people begin. */
  linkUrl: string;
  commandHelpLink: string;
  processLink: string;
  /** OWNERS files and an issue are there, as far as they are required. */
  isComplete: boolean;
  areFilesApproved: boolean;
  /** Somebody has put the label by hand. */
  isOverridden: boolean;
  /** In order. */
  approvals: readonly Approval[];
  files: readonly FileLine[];
  /** Whom to ask; lower-case logins. */
  suggested: readonly string[];
  assigned: ReadonlySet<string>;
  /** Present where an issue is required. */
  issue?: { number?: string; bypassedBy: readonly Approval[] };
}

export interface FileLine {
  path: string;
  isApproved: boolean;
  /** Who has approved of at least one of its files. */
  approvers: readonly string[];
}

const title = '[APPROVALNOTIFIER]';
const ours = /^\[APPROVALNOTIFIER\]/i;

export function isNotification(body: string): boolean {
  return ours.test(body);
}

export function notificationText(facts: Notification): string {
  const { isComplete, isOverridden, areFilesApproved, org, repo } = facts;
  const isSettled = areFilesApproved || isOverridden;
  const paragraphs = [
    `${title} This PR is ${isComplete || isOverridden ? '**APPROVED**' : '**NOT APPROVED**'}`,
    !isComplete && isOverridden && 'The label was added by hand, which passes over the requirements below.',
    `This pull request has been approved by: ${facts.approvals.map(approvalLink).join(', ')}`,
    !isSettled && hint(facts),
    facts.issue && issueText(facts),
    `All commands that I know are listed [here](${facts.commandHelpLink}?repo=${encodeURIComponent(`${org}/${repo}`)}).`,
    isSettled && `How pull requests are approved is described [here](${facts.processLink}).`,
  ];
  const details = [
    `<details ${isSettled ? '' : 'open'}>\nThese files each need an approver:`,
    facts.files.map((file) => fileLine(file, facts)).join('\n'),
    'Approvers approve by writing `/approve` in a comment.\nApprovers take that back by writing `/approve cancel` in a comment.',
  ];
  const text = [...paragraphs, ...details].filter(Boolean).join('\n\n');
  return `${text}\n</details>\n<!-- META=${trailer(facts.suggested)} -->`;
}

function approvalLink({ login, how, link }: Approval): string {
  return `*<a href="${html(link)}" title="${how}">${html(login)}</a>*`;
}

/** Empty where there is nobody to ask. */
function hint({ suggested, assigned, linkUrl, processLink }: Notification): string {
  if (suggested.length === 0) return '';
  const links = (logins: readonly string[]) =>
    logins.map((login) => `[${plain(login)}](${linkUrl}/${encodePath(login)})`).join(', ');
  const toAsk = suggested.filter((login) => assigned.has(login));
  const toAssign = suggested.filter((login) => !assigned.has(login));
  const steps = [
    toAsk.length > 0 && `ask for approval from ${links(toAsk)}`,
    toAssign.length > 0 && `assign ${links(toAssign)} for approval`,
  ];
  return (
    `**Once this pull request has been reviewed and has the lgtm label**, please ${steps.filter(Boolean).join(', and ')}. ` +
    `More about this is [here](${processLink}).`
  );
}

function issueText({ issue, isOverridden }: Notification): string {
  if (issue?.number !== undefined) return `Associated issue: *#${issue.number}*`;
  if (issue && issue.bypassedBy.length > 0) {
    const links = issue.bypassedBy.map(({ login, link }) => `<a href="${html(link)}">${html(login)}</a>`);
    return `No issue is needed (no-issue), say: ${links.join(', ')}`;
  }
  if (isOverridden) return 'No issue is needed, since the label was added by hand.';
  return (
    '*No associated issue*. Name one in the description of this pull request (as `#123`), or let an approver say that none ' +
    'is needed with `/approve no-issue`.'
  );
}

function fileLine({ path, isApproved, approvers }: FileLine, { linkUrl, org, repo, branch }: Notification): string {
  const link = `[${plain(path)}](${linkUrl}/${org}/${repo}/blob/${encodePath(branch)}/${encodePath(path)})`;
  const names = approvers.map(plain).join(', ');
  if (isApproved) return `- ~~${link}~~ [${names}]`;
  if (approvers.length === 0) return `- **${link}**`;
  return `- **${link}** [${names}]\n  > Some of the files that it speaks for still need an approver.`;
}

function trailer(approvers: readonly string[]): string {
  return JSON.stringify({ approvers }).replaceAll(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}

/** What means nothing but itself in Markdown, wherever it stands. */
const harmless = /^[\w./+][\w./+ -]*(\[bot\])?$/;

/** Names of people and files come from the repository: as they are where nothing in them has a meaning, else as code. */
function plain(text: string): string {
  return harmless.test(text) ? text : inlineCode(text);
}

function html(text: string): string {
  const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (sign) => signs[sign] ?? sign);
}

function encodePath(path: string): string {
  return encodeURI(path).replaceAll(/[()?#]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}
