/** A small page to look at pull requests and issues and to comment, so that a playground needs no account anywhere. */
import type { Account, Issue, Repo } from '../model/entities.ts';
import { changedFiles } from '../git/diff.ts';
import { fullName, isPull, ownerOf, repoOf, type World } from '../model/world.ts';
import { latestCheckRuns, latestStatuses } from '../render/commits.ts';
import { labelsOf } from '../render/issues.ts';
import { mergeability } from '../rules/mergeability.ts';
import { pullRange } from '../rules/pull-range.ts';
import { escape, link, prose } from './prose.ts';

const style = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1f2328; }
header { border-bottom: 1px solid #d1d9e0; margin-bottom: 1rem; } a { color: #0969da; text-decoration: none; }
.state { padding: .1rem .6rem; border-radius: 1rem; color: #fff; background: #57606a; } .open { background: #1a7f37; } .merged { background: #8250df; } .closed { background: #cf222e; }
.label { padding: .05rem .5rem; border-radius: 1rem; border: 1px solid #0003; font-size: .85em; }
.box { border: 1px solid #d1d9e0; border-radius: .4rem; margin: 1rem 0; } .box > h3 { background: #f6f8fa; margin: 0; padding: .4rem .8rem; font-size: .9rem; } .box > div, .box > pre { padding: .4rem .8rem; margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
pre { font: 12px/1.4 ui-monospace, monospace; } .success { color: #1a7f37; } .failure, .error { color: #cf222e; } .pending { color: #9a6700; }
textarea { width: 100%; min-height: 5rem; font: inherit; box-sizing: border-box; } button, select { font: inherit; padding: .2rem .8rem; }
`;

/** @param reload path that is shown instead after a moment */
function page(title: string, body: string, reload?: string): string {
  const again = reload === undefined ? '' : `<meta http-equiv="refresh" content="2; url=${escape(reload)}">`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>${again}
<meta name="viewport" content="width=device-width"><style>${style}</style></head>
<body><header><h2><a href="/">forge</a></h2></header>${body}</body></html>`;
}

const stateOf = (issue: Issue): string => (issue.pull?.mergedAt ? 'merged' : issue.state);
const pathOf = (world: World, issue: Issue): string =>
  `/${fullName(world, repoOf(world, issue))}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`;
const loginOf = (world: World, id: number): string => world.store.get('accounts', id)?.login ?? 'ghost';

/** All public repositories. */
export function homePage(world: World): string {
  const repos = world.store.all('repos').filter((repo) => !repo.isPrivate);
  const items = repos.map((repo) => {
    const name = fullName(world, repo);
    return `<li><a href="/${escape(name)}">${escape(name)}</a> ${escape(repo.description ?? '')}</li>`;
  });
  return page('forge', `<ul>${items.join('')}</ul>`);
}

export function repoPage(world: World, repo: Repo): string {
  const name = fullName(world, repo);
  const items = world.store
    .of('issues', repo.id)
    .reverse()
    .map((issue) => {
      const state = stateOf(issue);
      return `<li><span class="state ${state}">${state}</span> <a href="${pathOf(world, issue)}">#${issue.number} ${escape(issue.title)}</a> by ${escape(loginOf(world, issue.authorId))}</li>`;
    });
  return page(
    name,
    `<h1>${escape(name)}</h1><p><code>git clone ${escape(world.web)}/${escape(name)}.git</code></p><ul>${items.join('')}</ul>`,
  );
}

/** What there is of an account. */
export function accountPage(world: World, account: Account): string {
  const repos = world.store.of('repos', account.id).filter((repo) => !repo.isPrivate);
  const items = repos.map((repo) => {
    const name = fullName(world, repo);
    return `<li><a href="/${escape(name)}">${escape(name)}</a></li>`;
  });
  return page(account.login, `<h1>${escape(account.login)}</h1><ul>${items.join('')}</ul>`);
}

export function filePage(world: World, repo: Repo, path: string, content: Buffer): string {
  const name = fullName(world, repo);
  const text = content.includes(0) ? 'binary' : content.toString();
  const head = `<p><a href="/${escape(name)}">${escape(name)}</a></p><h1>${escape(path)}</h1>`;
  return page(`${path} of ${name}`, `${head}<section class="box"><pre>${escape(text)}</pre></section>`);
}

export interface IssuePageOptions {
  /** Logins that a comment may be written as; none: no form. */
  people: readonly string[];
  /** Shows itself once more after a moment: somebody has commented, and robots answer. */
  again?: boolean;
}

export async function issuePage(world: World, issue: Issue, { people, again }: IssuePageOptions): Promise<string> {
  const state = stateOf(issue);
  const labels = labelsOf(world, issue).map((label) => `<span class="label">${escape(label.name)}</span>`);
  const assignees = issue.assignees.map((id) => escape(loginOf(world, id)));
  const comments = world.store
    .of('comments', issue.id)
    .map((comment) => box(`${loginOf(world, comment.authorId)}, ${comment.createdAt}`, comment.body));
  const reviews = world.store
    .of('reviews', issue.id)
    .filter((review) => review.state !== 'PENDING')
    .map((review) => box(`${loginOf(world, review.authorId)}: ${review.state.toLowerCase()}`, review.body));
  const title = `${issue.title} #${issue.number}`;
  const form =
    people.length === 0
      ? ''
      : `<form method="post" action="${pathOf(world, issue)}/comment"><textarea name="body" required aria-label="Comment"></textarea>
<p><label>as <select name="as">${people.map((login) => `<option>${escape(login)}</option>`).join('')}</select></label> <button>Comment</button></p></form>`;
  const repo = fullName(world, repoOf(world, issue));
  return page(
    title,
    `<p><a href="/${escape(repo)}">${escape(repo)}</a></p><h1>${escape(title)}</h1>
<p><span class="state ${state}">${state}</span> by ${escape(loginOf(world, issue.authorId))} ${labels.join(' ')} ${assignees.length > 0 ? `assigned to ${assignees.join(', ')}` : ''}</p>
${box(loginOf(world, issue.authorId), issue.body ?? '')}${comments.join('')}${reviews.join('')}${await pullPart(world, issue)}${form}`,
    again ? pathOf(world, issue) : undefined,
  );
}

const box = (head: string, text: string): string =>
  `<section class="box"><h3>${escape(head)}</h3><div>${prose(text)}</div></section>`;

async function pullPart(world: World, issue: Issue): Promise<string> {
  if (!isPull(issue)) return '';
  const repo = repoOf(world, issue);
  const { headSha, headRef, baseRef } = issue.pull;
  const statuses = latestStatuses(world, repo, headSha).map(
    (status) =>
      `<li class="${status.state}">${link(status.targetUrl, status.context)}: ${status.state} ${escape(status.description ?? '')}</li>`,
  );
  const runs = latestCheckRuns(world, repo, headSha).map(
    (run) => `<li>${link(run.detailsUrl, run.name)}: ${escape(run.conclusion ?? run.status)}</li>`,
  );
  const merge = await mergeability(world, issue);
  const range = await pullRange(world, issue);
  const files = await changedFiles(world.repositories.of(repo), range.base, range.head);
  const patches = files.map(
    (file) =>
      `<section class="box"><h3>${escape(file.filename)} (${file.status})</h3><pre>${escape(file.patch ?? 'binary')}</pre></section>`,
  );
  return `<p>${escape(ownerOf(world, repo).login)}:${escape(headRef)} into ${escape(baseRef)}, ${escape(merge.state)}, <code>${headSha.slice(0, 10)}</code></p>
<ul>${[...statuses, ...runs].join('')}</ul>${patches.join('')}`;
}
