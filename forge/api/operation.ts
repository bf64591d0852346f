/** What one operation of the REST interface is: a row of the table. */
import type { Account, Issue, Permission, PullRequest, Repo } from '../model/entities.ts';
import { ApiError, notFound } from '../model/errors.ts';
import { isPull, type World } from '../model/world.ts';
import { covers, isOwner, permissionOf, reaches } from '../rules/access.ts';
import type { Webhooks } from '../events/webhooks.ts';
import { Body } from './body.ts';
import type { Identity } from './identity.ts';
import { readPage, pageLinks } from './pages.ts';

export interface Answer {
  status: number;
  /** Undefined: no body. A string or bytes are sent as they are. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Operation {
  /** GitHub's `operationId`, or `legacy/...` for what clients use though the description has it no more. */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As GitHub's description writes it: `/repos/{owner}/{repo}`. */
  path: string;
  handle: (call: Call) => Promise<Answer | undefined> | Answer | undefined;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown, location?: unknown): Answer => ({
  status: 201,
  body,
  ...(typeof location === 'string' && { headers: { location } }),
});
export const nothing: Answer = { status: 204 };

/** One request, with what handlers ask of it. */
export class Call {
  readonly world: World;
  readonly webhooks: Webhooks;
  readonly identity: Identity;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly url: URL;
  readonly #body: unknown;
  /** Rows of the rate limit, for the operation that shows it. */
  readonly limits: () => Record<string, unknown>;

  constructor(parts: {
    world: World;
    webhooks: Webhooks;
    identity: Identity;
    params: Record<string, string>;
    url: URL;
    accept: string;
    body: unknown;
    limits: () => Record<string, unknown>;
  }) {
    this.world = parts.world;
    this.webhooks = parts.webhooks;
    this.identity = parts.identity;
    this.params = parts.params;
    this.url = parts.url;
    this.query = parts.url.searchParams;
    this.accept = parts.accept;
    this.#body = parts.body;
    this.limits = parts.limits;
  }

  body(resource?: string): Body {
    return new Body(this.#body, resource);
  }

  /** The body where it is a list. */
  list(): unknown[] | undefined {
    return Array.isArray(this.#body) ? this.#body : undefined;
  }

  param(name: string): string {
    const value = this.params[name];
    if (value === undefined) throw new Error(`forge: the path has no {${name}}`);
    return value;
  }

  /** 404 where it is no number. */
  id(name: string): number {
    const value = Number(this.param(name));
    if (!Number.isInteger(value)) throw notFound();
    return value;
  }

  /** Who acts; 401 for nobody, 403 for an App without installation. */
  actor(): Account {
    const { kind, account } = this.identity;
    if (!account) throw new ApiError(401, 'Requires authentication');
    if (kind === 'app') throw new ApiError(403, 'This endpoint needs a token of a user or of an installation');
    return account;
  }

  /** The right that the caller has to a repository. An installation may write where it reaches. */
  permission(repo: Repo): Permission {
    const { installation, token, account } = this.identity;
    if (installation) {
      const within = reaches(installation, repo) && (token?.repoIds?.includes(repo.id) ?? true);
      return within ? 'admin' : repo.isPrivate ? 'none' : 'read';
    }
    return permissionOf(this.world, repo, account);
  }

  /** 404 for repositories that the caller may not see, 403 where the right is too small. */
  need(repo: Repo, wanted: Permission): Repo {
    const held = this.permission(repo);
    if (!covers(held, 'read')) throw notFound();
    if (covers(held, wanted)) {
      if (wanted !== 'read' && repo.archived) {
        throw new ApiError(403, 'Repository was archived so is read-only.');
      }
      return repo;
    }
    if (!this.identity.account) throw new ApiError(401, 'Requires authentication');
    if (this.identity.kind !== 'user') throw new ApiError(403, 'Resource not accessible by integration');
    // GitHub hides what only administrators see.
    if (wanted === 'admin') throw notFound();
    throw new ApiError(403, 'Must have push access to repository.');
  }

  repo(wanted: Permission = 'read'): Repo {
    const repo = this.world.store.repo(this.param('owner'), this.param('repo'));
    if (!repo) throw notFound();
    return this.need(repo, wanted);
  }

  issue(wanted: Permission = 'read', param = 'issue_number'): Issue {
    const repo = this.repo(wanted);
    const issue = this.world.store.issue(repo.id, this.id(param));
    if (!issue) throw notFound();
    return issue;
  }

  pull(wanted: Permission = 'read'): PullRequest {
    const issue = this.issue(wanted, 'pull_number');
    if (!isPull(issue)) throw notFound();
    return issue;
  }

  org(): Account {
    const org = this.world.store.account(this.param('org'));
    if (org?.type !== 'Organization') throw notFound();
    return org;
  }

  user(param = 'username'): Account {
    const user = this.world.store.account(this.param(param));
    if (!user) throw notFound();
    return user;
  }

  /** 404 as GitHub answers those who may not administer it. */
  ownedOrg(): Account {
    const org = this.org();
    const actor = this.actor();
    const { installation } = this.identity;
    const may = installation ? installation.accountId === org.id : actor.siteAdmin || isOwner(this.world, org, actor);
    if (!may) throw new ApiError(403, 'You must be an admin of the organization.');
    return org;
  }

  /** The page of a list that was asked for, with the header `Link`. */
  page<T>(
    all: readonly T[],
    render: (value: T) => unknown,
    wrap: (page: unknown[]) => unknown = (page) => page,
  ): Answer {
    const { page, perPage } = readPage(this.query);
    const values = all.slice((page - 1) * perPage, page * perPage).map(render);
    const link = pageLinks(this.url, { page, perPage, total: all.length });
    return { status: 200, body: wrap(values), headers: link === undefined ? {} : { link } };
  }
}
