/** Serves the pages. Comments may be written as anybody, since only this machine can reach the form. */
import { diffText } from '../git/diff.ts';
import { ApiError, notFound } from '../model/errors.ts';
import { isPull, repoOf } from '../model/world.ts';
import type { Issue, Repo } from '../model/entities.ts';
import { addComment } from '../rules/issues.ts';
import { pullRange } from '../rules/pull-range.ts';
import { accountPage, filePage, homePage, issuePage, repoPage } from '../web/pages.ts';
import { errorAnswer, isForeignPage, isLoopback, readBody, type Exchange, type Parts } from './exchange.ts';
import { sendAnswer } from './rest.ts';

const issuePattern = /^\/([^/]+)\/([^/]+)\/(?:pull|issues)\/(\d+)(\/comment|\.diff|\.patch)?$/;
const filePattern = /^\/([^/]+)\/([^/]+)\/blob\/([^/]+)\/(.+)$/;
const html = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
};

/** Is this a page's address? Programs ask for the interface's operations, which come first. */
export function isPagePath(parts: Parts, method: string, path: string): boolean {
  if (path === '/') return method === 'GET';
  if (issuePattern.test(path)) return true;
  if (method !== 'GET') return false;
  const [, owner = '', name, more] = path.split('/');
  if (name === undefined) return parts.world.store.account(owner) !== undefined;
  return (more === undefined || filePattern.test(path)) && parts.world.store.repo(owner, name) !== undefined;
}

export async function serveWeb(parts: Parts, exchange: Exchange): Promise<void> {
  const { request, reply, url } = exchange;
  const { world } = parts;
  try {
    if (url.pathname === '/') {
      sendAnswer(exchange, { status: 200, body: homePage(world), headers: html });
      return;
    }
    const account = world.store.account(url.pathname.slice(1));
    if (account) {
      sendAnswer(exchange, { status: 200, body: accountPage(world, account), headers: html });
      return;
    }
    const match = issuePattern.exec(url.pathname);
    const [, owner = '', name = ''] = match ?? url.pathname.split('/');
    const repo = world.store.repo(owner, name);
    if (!repo || repo.isPrivate) throw notFound();
    const file = filePattern.exec(url.pathname);
    if (file) {
      const path = decodeURIComponent(file[4] ?? '');
      const content = await fileAt(parts, repo, decodeURIComponent(file[3] ?? ''), path);
      sendAnswer(exchange, { status: 200, body: filePage(world, repo, path, content), headers: html });
      return;
    }
    if (!match) {
      sendAnswer(exchange, { status: 200, body: repoPage(world, repo), headers: html });
      return;
    }
    const issue = world.store.issue(repo.id, Number(match[3]));
    if (!issue) throw notFound();
    const [, , , , action] = match;
    if (action === '.diff' || action === '.patch') {
      const body = await difference(parts, issue, action === '.diff' ? 'diff' : 'patch');
      sendAnswer(exchange, { status: 200, body, headers: { 'content-type': 'text/plain; charset=utf-8' } });
    } else if (action === '/comment') {
      await comment(parts, exchange, issue);
      await reply.redirect(`${url.pathname.slice(0, -action.length)}?again`, 303);
    } else {
      const people = isLoopback(request) ? peopleOf(parts) : [];
      sendAnswer(exchange, {
        status: 200,
        body: await issuePage(world, issue, { people, again: url.searchParams.has('again') }),
        headers: html,
      });
    }
  } catch (error) {
    sendAnswer(exchange, errorAnswer(error));
  }
}

function peopleOf({ world }: Parts): string[] {
  return world.store
    .all('accounts')
    .filter((account) => account.type === 'User' && account.login !== 'ghost')
    .map((account) => account.login);
}

async function fileAt({ world }: Parts, repo: Repo, ref: string, path: string): Promise<Buffer> {
  if (path.split('/').some((part) => ['', '.', '..'].includes(part))) throw notFound();
  const repository = world.repositories.of(repo);
  const commit = await repository.resolve(ref);
  const entry = commit && (await repository.tree(commit, { path })).find((one) => one.path === path);
  if (!entry || entry.type !== 'blob') throw notFound();
  return await repository.blob(entry.sha);
}

async function comment(parts: Parts, { request }: Exchange, issue: Issue): Promise<void> {
  if (request.method !== 'POST') throw new ApiError(405, 'Comments are sent by POST.');
  if (!isLoopback(request) || isForeignPage(request)) throw new ApiError(403, 'Comments are for this machine only.');
  const form = new URLSearchParams((await readBody(request)).toString());
  const account = parts.world.store.account(form.get('as') ?? '');
  const body = (form.get('body') ?? '').replaceAll('\r\n', '\n');
  if (!account || body.trim() === '') throw new ApiError(422, 'A comment needs a text and somebody who says it.');
  await addComment(parts.world, issue, account, body);
}

async function difference({ world }: Parts, issue: Issue, form: 'diff' | 'patch'): Promise<string> {
  if (!isPull(issue)) throw notFound();
  const { base, head } = await pullRange(world, issue);
  return await diffText(world.repositories.of(repoOf(world, issue)), base, head, form);
}
