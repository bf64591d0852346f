/** The sample that a new playground shows: an organisation, a repository with OWNERS and a presubmit, and an open pull request. */
import type { Forge } from './create-forge.ts';
import { openPull } from './rules/pulls.ts';
import type { PullRequest, Repo } from './model/entities.ts';

export interface Seeded {
  repo: Repo;
  pull: PullRequest;
  /** Tokens by login: `bot` runs the jobs, `alice` approves, `carol` wrote the change, `dave` reviews. */
  tokens: Record<string, string>;
}

export interface SeedOptions {
  /** Default `demo`. */
  org?: string;
  /** Default `hello`. */
  repo?: string;
  /** A webhook for the organisation, with everything that happens in it. */
  webhook?: { url: string; secret: string };
  /** Tokens to give instead of random ones, by login. */
  tokens?: Readonly<Record<string, string>>;
}

const presubmits = `presubmits:
  - name: unit
    always_run: true
    decorate: false
    spec:
      containers:
        - command: [sh, -c, 'sh test.sh']
`;

const owners = `approvers:
  - alice
reviewers:
  - alice
  - dave
`;

/** Fills an empty host. Undefined where the sample is there already. */
export async function seed(forge: Forge, options: SeedOptions = {}): Promise<Seeded | undefined> {
  const { org = 'demo', repo: name = 'hello', webhook, tokens: given = {} } = options;
  const { admin, world } = forge;
  if (world.store.repo(org, name)) return undefined;
  const tokens: Record<string, string> = {};
  for (const login of ['bot', 'alice', 'carol', 'dave']) {
    const token = given[login];
    tokens[login] = admin.createUser({ login, ...(token !== undefined && { token }) }).token;
  }
  const account = admin.createOrg({ login: org, owners: ['bot', 'alice'], members: ['carol', 'dave'] });
  const full = `${org}/${name}`;
  const repo = await admin.createRepo(org, { name, description: 'A sample to play with' }, 'alice');
  await admin.commit({
    repo: full,
    branch: 'main',
    author: 'alice',
    message: 'Start',
    files: {
      'README.md': '# hello\n\nComment `/test unit` or `/lgtm` on the open pull request.\n',
      OWNERS: owners,
      'greet.sh': 'echo "Hello, $1"\n',
      'test.sh': 'test "$(sh greet.sh world)" = "Hello, world" && echo passed\n',
      '.prow.yaml': presubmits,
    },
  });
  if (webhook) {
    world.store.save('hooks', {
      id: world.store.nextId(),
      owner: { kind: 'org', id: account.id },
      url: webhook.url,
      contentType: 'json',
      secret: webhook.secret,
      insecureSsl: '0',
      events: ['*'],
      active: true,
      createdAt: world.now(),
      updatedAt: world.now(),
    });
  }
  repo.collaborators[admin.account('carol').id] = 'write';
  repo.collaborators[admin.account('dave').id] = 'write';
  world.store.save('repos', repo);
  await admin.commit({
    repo: full,
    branch: 'louder',
    author: 'carol',
    message: 'Greet with an exclamation mark',
    files: { 'README.md': '# hello\n\nIt greets, loudly.\n', 'docs/usage.md': 'Run `sh greet.sh NAME`.\n' },
  });
  const pull = await openPull(world, repo, admin.account('carol'), {
    title: 'Say how to use it',
    body: 'Adds a page about usage.\n\n/kind documentation',
    head: 'louder',
    base: 'main',
    draft: false,
    maintainerCanModify: true,
  });
  return { repo, pull, tokens };
}
