/** Everything the host remembers: collections in memory, each change also in the journal. */
import { join } from 'node:path';
import { Collection } from './collection.ts';
import type {
  Account,
  App,
  CheckRun,
  CheckSuite,
  Comment,
  Delivery,
  Hook,
  Installation,
  Issue,
  IssueEvent,
  Label,
  Membership,
  Milestone,
  Repo,
  Review,
  ReviewComment,
  Status,
  Team,
  Token,
} from './entities.ts';
import { openJournal, readJournal, type Journal, type JournalLine } from './journal.ts';

/** What is kept, by kind. */
interface Entities {
  accounts: Account;
  memberships: Membership;
  teams: Team;
  repos: Repo;
  labels: Label;
  milestones: Milestone;
  issues: Issue;
  comments: Comment;
  reviews: Review;
  reviewComments: ReviewComment;
  statuses: Status;
  checkRuns: CheckRun;
  checkSuites: CheckSuite;
  issueEvents: IssueEvent;
  hooks: Hook;
  deliveries: Delivery;
  tokens: Token;
  apps: App;
  installations: Installation;
}

export type Kind = keyof Entities;
type Entity<K extends Kind> = Entities[K];
type Collections = { [K in Kind]: Collection<Entities[K]> };

/** How things of each kind are grouped. */
function collections(): Collections {
  return {
    accounts: new Collection<Account>(),
    memberships: new Collection<Membership>((one) => one.orgId),
    teams: new Collection<Team>((one) => one.orgId),
    repos: new Collection<Repo>((one) => one.ownerId),
    labels: new Collection<Label>((one) => one.repoId),
    milestones: new Collection<Milestone>((one) => one.repoId),
    issues: new Collection<Issue>((one) => one.repoId),
    comments: new Collection<Comment>((one) => one.issueId),
    reviews: new Collection<Review>((one) => one.issueId),
    reviewComments: new Collection<ReviewComment>((one) => one.issueId),
    statuses: new Collection<Status>((one) => `${one.repoId} ${one.sha}`),
    checkRuns: new Collection<CheckRun>((one) => `${one.repoId} ${one.sha}`),
    checkSuites: new Collection<CheckSuite>((one) => `${one.repoId} ${one.sha}`),
    issueEvents: new Collection<IssueEvent>((one) => one.issueId),
    hooks: new Collection<Hook>((one) => `${one.owner.kind} ${one.owner.id}`),
    deliveries: new Collection<Delivery>((one) => one.hookId),
    tokens: new Collection<Token>((one) => one.hash),
    apps: new Collection<App>(),
    installations: new Collection<Installation>((one) => one.accountId),
  };
}

export class Store {
  readonly #collections: Collections = collections();
  readonly #journal: Journal;
  /** Issues by `<repository> <number>`, accounts by lower-case login, repositories by `<owner> <lower-case name>`. */
  readonly #names = new Map<string, number>();
  /** The name under which a thing was last known. */
  readonly #lastName = new Map<string, string>();
  #lastId = 1000;

  /** Opens the journal in a folder, which must exist. */
  constructor(dataDir: string) {
    const path = join(dataDir, 'forge.jsonl');
    for (const line of readJournal(path)) this.#apply(line);
    this.#journal = openJournal(path, this.#lines());
  }

  /** A number that nothing else has. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Keeps a new or changed thing. */
  save<K extends Kind>(kind: K, value: Entity<K>): Entity<K> {
    this.#apply({ kind, value });
    this.#journal.append({ kind, value });
    return value;
  }

  remove(kind: Kind, id: number): void {
    this.#apply({ kind, removed: id });
    this.#journal.append({ kind, removed: id });
  }

  get<K extends Kind>(kind: K, id: number): Entity<K> | undefined {
    return this.#collections[kind].get(id);
  }

  /** What must be there, since something else that is kept names it. */
  must<K extends Kind>(kind: K, id: number): Entity<K> {
    const value = this.get(kind, id);
    if (!value) throw new Error(`forge: ${kind} ${id} is named but not kept`);
    return value;
  }

  all<K extends Kind>(kind: K): Entity<K>[] {
    return this.#collections[kind].all();
  }

  /** Those of one group, oldest first: see `collections`. */
  of<K extends Kind>(kind: K, group: string | number): Entity<K>[] {
    return this.#collections[kind].of(group);
  }

  /** Logins are equal whatever their case. */
  account(login: string): Account | undefined {
    return this.#named('accounts', `account ${login.toLowerCase()}`);
  }

  repo(owner: string, name: string): Repo | undefined {
    const account = this.account(owner);
    return account && this.#named('repos', `repo ${account.id} ${name.toLowerCase()}`);
  }

  issue(repoId: number, number: number): Issue | undefined {
    return this.#named('issues', `issue ${repoId} ${number}`);
  }

  close(): void {
    this.#journal.close();
  }

  #named<K extends Kind>(kind: K, name: string): Entity<K> | undefined {
    const id = this.#names.get(name);
    return id === undefined ? undefined : this.get(kind, id);
  }

  #apply(line: JournalLine): void {
    const kind = line.kind as Kind;
    const collection = this.#collections[kind] as unknown as Collection<{ id: number }>;
    const id = 'value' in line ? line.value.id : line.removed;
    if ('value' in line) collection.put(line.value);
    else collection.remove(line.removed);
    this.#lastId = Math.max(this.#lastId, id);
    this.#rename(kind, id);
  }

  /** Brings names up to date; a thing is not found by a name that it no longer has. */
  #rename(kind: Kind, id: number): void {
    const key = `${kind} ${id}`;
    const before = this.#lastName.get(key);
    if (before !== undefined && this.#names.get(before) === id) this.#names.delete(before);
    const name = this.#currentName(kind, id);
    if (name === undefined) {
      this.#lastName.delete(key);
      return;
    }
    this.#names.set(name, id);
    this.#lastName.set(key, name);
  }

  #currentName(kind: Kind, id: number): string | undefined {
    if (kind === 'accounts') {
      const account = this.get('accounts', id);
      return account && `account ${account.login.toLowerCase()}`;
    }
    if (kind === 'repos') {
      const repo = this.get('repos', id);
      return repo && `repo ${repo.ownerId} ${repo.name.toLowerCase()}`;
    }
    if (kind === 'issues') {
      const issue = this.get('issues', id);
      return issue && `issue ${issue.repoId} ${issue.number}`;
    }
    return undefined;
  }

  #lines(): JournalLine[] {
    return Object.entries(this.#collections).flatMap(([kind, collection]) =>
      (collection as unknown as Collection<{ id: number }>).all().map((value) => ({ kind, value })),
    );
  }
}
