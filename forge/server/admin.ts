/** What only the host's owner does: accounts, tokens, Apps, and files without a clone. For tests and the playground. */
import { generateKeyPairSync } from 'node:crypto';
import { issueToken } from '../api/identity.ts';
import type { Account, Hook, Installation, Repo } from '../model/entities.ts';
import { ApiError } from '../model/errors.ts';
import { isBranchName } from '../git/repository.ts';
import type { World } from '../model/world.ts';
import { renderInstallation } from '../render/hooks.ts';
import { personOf, pushRef } from '../rules/pulls.ts';
import { createRepo, type NewRepo } from '../rules/repos.ts';

export interface NewUser {
  login: string;
  name?: string;
  email?: string;
  /** May do everything everywhere. */
  siteAdmin?: boolean;
  /** Default: a random one. */
  token?: string;
}

export interface NewOrg {
  login: string;
  name?: string;
  /** Logins. */
  owners?: readonly string[];
  members?: readonly string[];
}

export interface NewApp {
  slug: string;
  owner: string;
  permissions?: Record<string, string>;
  events?: readonly string[];
  webhook?: { url: string; secret?: string };
}

export interface CommitWish {
  /** `owner/name`. */
  repo: string;
  branch: string;
  /** Contents by path; null takes a file out. */
  files: Readonly<Record<string, string | null>>;
  message: string;
  /** Login of who does it. */
  author: string;
  /** A branch that this one starts from if it does not exist. Default: the default branch. */
  from?: string;
}

const defaultPermissions = {
  checks: 'write',
  contents: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
  statuses: 'write',
  members: 'read',
};

export class Admin {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** A person and a token. An existing one gets another token. */
  createUser({ login, name, email, siteAdmin = false, token }: NewUser): { account: Account; token: string } {
    const account =
      this.#world.store.account(login) ??
      this.#newAccount(login, 'User', { name: name ?? login, email: email ?? `${login}@example.com`, siteAdmin });
    return { account, token: this.createToken(login, token) };
  }

  createToken(login: string, given?: string): string {
    const part = {
      userId: this.account(login).id,
      installationId: null,
      repoIds: null,
      permissions: null,
      expiresAt: null,
    };
    return issueToken(this.#world, 'ghp_', part, given).secret;
  }

  createOrg({ login, name, owners = [], members = [] }: NewOrg): Account {
    const { store } = this.#world;
    const org = this.#newAccount(login, 'Organization', { name: name ?? login, email: null, siteAdmin: false });
    const add = (user: string, role: 'admin' | 'member') =>
      store.save('memberships', {
        id: store.nextId(),
        orgId: org.id,
        userId: this.account(user).id,
        role,
        state: 'active',
        isPublic: true,
      });
    for (const user of owners) add(user, 'admin');
    for (const user of members) if (!owners.includes(user)) add(user, 'member');
    return org;
  }

  async createRepo(owner: string, wanted: NewRepo, actor?: string): Promise<Repo> {
    const account = this.account(owner);
    return await createRepo(this.#world, account, actor === undefined ? account : this.account(actor), wanted);
  }

  /** An App with a key pair. The private key is not kept. */
  createApp({ slug, owner, permissions = defaultPermissions, events = ['*'], webhook }: NewApp): {
    id: number;
    privateKey: string;
    hook: Hook | undefined;
  } {
    const { store, now } = this.#world;
    const keys = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const bot = this.#newAccount(`${slug}[bot]`, 'Bot', { name: slug, email: null, siteAdmin: false });
    const app = store.save('apps', {
      id: store.nextId(),
      slug,
      name: slug,
      ownerId: this.account(owner).id,
      botId: bot.id,
      publicKey: keys.publicKey,
      permissions,
      events: events.filter((event) => event !== '*'),
      createdAt: now(),
      updatedAt: now(),
    });
    const hook = webhook && {
      id: store.nextId(),
      owner: { kind: 'app' as const, id: app.id },
      url: webhook.url,
      contentType: 'json' as const,
      secret: webhook.secret ?? null,
      insecureSsl: '0',
      events: [...events],
      active: true,
      createdAt: now(),
      updatedAt: now(),
    };
    if (hook) store.save('hooks', hook);
    return { id: app.id, privateKey: keys.privateKey, hook };
  }

  /** @param repos names of the account's repositories; default: all, also later ones */
  async installApp(appId: number, login: string, repos?: readonly string[]): Promise<Installation> {
    const world = this.#world;
    const app = world.store.must('apps', appId);
    const account = this.account(login);
    const installation = world.store.save('installations', {
      id: world.store.nextId(),
      appId,
      accountId: account.id,
      repoIds: repos ? repos.map((name) => this.repo(`${login}/${name}`).id) : null,
      permissions: app.permissions,
      events: app.events,
      suspendedAt: null,
      createdAt: world.now(),
      updatedAt: world.now(),
    });
    await world.tell({
      event: 'installation',
      action: 'created',
      installation,
      sender: account,
      payload: () => ({
        installation: renderInstallation(world, installation),
        repositories: world.store
          .of('repos', account.id)
          .filter((repo) => installation.repoIds === null || installation.repoIds.includes(repo.id))
          .map(({ id, name, isPrivate }) => ({ id, name, full_name: `${login}/${name}`, private: isPrivate })),
      }),
    });
    return installation;
  }

  /** One commit on a branch, with everything that a push sets off. Answers its SHA. */
  async commit({ repo: name, branch, files, message, author, from }: CommitWish): Promise<string> {
    const world = this.#world;
    const repo = this.repo(name);
    const actor = this.account(author);
    const repository = world.repositories.of(repo);
    if (!isBranchName(branch)) throw new ApiError(422, `"${branch}" cannot be a branch's name.`);
    return await repository.exclusive(async () => {
      const ref = `refs/heads/${branch}`;
      const before = await repository.tip(ref);
      const parent = before ?? (await repository.tip(`refs/heads/${from ?? repo.defaultBranch}`));
      const changes = [];
      for (const [path, content] of Object.entries(files)) {
        const sha = content === null ? null : await repository.writeBlob(Buffer.from(content));
        changes.push({ path, mode: '100644', sha });
      }
      const tree = await repository.writeTree(parent, changes);
      const person = personOf(world, actor);
      const parents = parent === undefined ? [] : [parent];
      const after = await repository.writeCommit({ tree, parents, message, author: person, committer: person });
      await repository.moveRef(ref, after, before);
      await pushRef(world, repo, actor, { ref, before: before ?? null, after });
      return after;
    });
  }

  account(login: string): Account {
    const account = this.#world.store.account(login);
    if (!account) throw new ApiError(404, `There is no account "${login}".`);
    return account;
  }

  /** @param name `owner/name` */
  repo(name: string): Repo {
    const [owner = '', short = ''] = name.split('/');
    const repo = this.#world.store.repo(owner, short);
    if (!repo) throw new ApiError(404, `There is no repository "${name}".`);
    return repo;
  }

  #newAccount(login: string, type: Account['type'], part: Pick<Account, 'name' | 'email' | 'siteAdmin'>): Account {
    const { store, now } = this.#world;
    if (!/^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}(?:\[bot\])?$/i.test(login)) {
      throw new ApiError(422, `"${login}" cannot be a login.`);
    }
    if (store.account(login)) throw new ApiError(422, `There is an account "${login}" already.`);
    return store.save('accounts', { id: store.nextId(), login, type, ...part, createdAt: now(), status: null });
  }
}
