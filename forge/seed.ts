/** The sample that a new playground shows: an organisation, a repository with OWNERS and jobs of its own, and an open pull request. */
import type { Forge } from './create-forge.ts';
import type { PullRequest, Repo } from './model/entities.ts';
import { createLabel } from './rules/issues.ts';
import { openPull } from './rules/pulls.ts';

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
  webhook?: Webhook;
  /** Tokens to give instead of random ones, by login. */
  tokens?: Readonly<Record<string, string>>;
}

export interface Webhook {
  url: string;
  secret: string;
}

/** Who has an account. */
export const people = ['bot', 'alice', 'carol', 'dave'] as const;

const jobs = `presubmits:
  - name: unit
    always_run: true
    decorate: true
    spec:
      containers:
        - image: alpine
          command: [sh, test.sh]

postsubmits:
  - name: greet
    branches: [main]
    decorate: true
    spec:
      containers:
        - image: alpine
          command: [sh, greet.sh, everybody]
`;

const owners = `approvers:
  - alice
reviewers:
  - alice
  - dave
`;

const start = {
  'README.md': '# hello\n\nGreets: `sh greet.sh world`. The test is `sh test.sh`.\n',
  OWNERS: owners,
  'docs/OWNERS': 'approvers:\n  - dave\nlabels:\n  - area/docs\n',
  'greet.sh': 'echo "Hello, $1"\n',
  'test.sh': `greeting="$(sh greet.sh world)"
if [ "$greeting" != "Hello, world" ]; then
  echo "FAIL: got '$greeting'"
  exit 1
fi
echo "PASS: $greeting"
`,
  '.prow.yaml': jobs,
};

const change = {
  'greet.sh': 'echo "Hello, $1!"\n',
  'test.sh': start['test.sh'].replace('"Hello, world"', '"Hello, world!"'),
  'docs/usage.md': '# Usage\n\nRun `sh greet.sh NAME`.\n',
};

/** Those that commands need to find; others are made when they are first used. */
const labels = {
  'area/docs': '0052cc',
  'good first issue': '7057ff',
  'help wanted': '006b75',
  'kind/bug': 'e11d21',
  'kind/documentation': 'c7def8',
  'kind/feature': 'c7def8',
  'priority/important-soon': 'eb6420',
};

/** Fills an empty host. Undefined where the sample is there already. */
export async function seed(forge: Forge, options: SeedOptions = {}): Promise<Seeded | undefined> {
  const { org = 'demo', repo: name = 'hello', webhook, tokens: given = {} } = options;
  const { admin, world } = forge;
  if (world.store.repo(org, name)) return undefined;
  const tokens: Record<string, string> = {};
  for (const login of people) {
    const token = given[login];
    tokens[login] = admin.createUser({ login, ...(token !== undefined && { token }) }).token;
  }
  admin.createOrg({ login: org, owners: ['bot', 'alice'], members: ['carol', 'dave'] });
  const full = `${org}/${name}`;
  const repo = await admin.createRepo(org, { name, description: 'A sample to play with' }, 'alice');
  await admin.commit({ repo: full, branch: 'main', author: 'alice', message: 'Start', files: start });
  for (const [label, color] of Object.entries(labels)) {
    createLabel(world, repo, admin.account('alice'), { name: label, color, description: null });
  }
  if (webhook) connectWebhook(forge, org, webhook);
  repo.collaborators[admin.account('carol').id] = 'write';
  repo.collaborators[admin.account('dave').id] = 'write';
  world.store.save('repos', repo);
  await admin.commit({
    repo: full,
    branch: 'louder',
    author: 'carol',
    message: 'Greet with an exclamation mark',
    files: change,
  });
  const pull = await openPull(world, repo, admin.account('carol'), {
    title: 'Greet with an exclamation mark',
    body: 'Louder, and with a page about usage.\n\n/kind feature',
    head: 'louder',
    base: 'main',
    draft: false,
    maintainerCanModify: true,
  });
  return { repo, pull, tokens };
}

/** Gives the organisation this webhook; one with the same address or the same secret becomes it. */
export function connectWebhook({ admin, world }: Forge, org: string, { url, secret }: Webhook): void {
  const owner = { kind: 'org' as const, id: admin.account(org).id };
  const known = world.store.of('hooks', `org ${owner.id}`).find((hook) => hook.url === url || hook.secret === secret);
  if (known?.url === url && known.secret === secret && known.active) return;
  world.store.save('hooks', {
    id: known?.id ?? world.store.nextId(),
    owner,
    url,
    contentType: 'json',
    secret,
    insecureSsl: '0',
    events: ['*'],
    active: true,
    createdAt: known?.createdAt ?? world.now(),
    updatedAt: world.now(),
  });
}
