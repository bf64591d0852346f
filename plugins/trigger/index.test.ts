/** Rows 72 to 90 of spec plugins-review.md E carry their numbers; which jobs are selected has its table in rules/selection. */
import { describe, expect, test } from '@jest/globals';
import { parsePlugins } from '../../config/load-plugins.ts';
import { effectsWanted, runPlugin, textWritten, type GivenCase } from '../../test/harness/plugin-case.ts';
import { quote } from '../../rules/replies.ts';
import { helpMessage } from './help-reply.ts';
import { trigger } from './index.ts';

const presubmits = {
  'o/r': [
    { name: 'unit', always_run: true },
    { name: 'lint', run_if_changed: String.raw`\.go$` },
    { name: 'e2e' },
    { name: 'opt', always_run: true, optional: true },
  ],
};
const files = [{ path: 'x.go', status: 'modified', additions: 1, deletions: 0 }];
const automatic = ['unit', 'lint', 'opt'];

/** Written beside the jobs, and the names of these. */
async function run(given: GivenCase): Promise<Record<string, unknown>> {
  const { jobsCreated, commentsCreated, ...written } = await runPlugin('trigger', { prow: { presubmits }, ...given });
  return {
    ...written,
    ...(Array.isArray(jobsCreated) && { jobs: jobsCreated.map(({ job }: { job: string }) => job) }),
    ...(Array.isArray(commentsCreated) && { comments: commentsCreated.length }),
  };
}

const member = { author: 'mem1', files };
const newcomer = { author: 'newbie', files };
const pull = (action: string, more: Partial<GivenCase['event']> = {}) => ({ type: 'pull_request', action, ...more });
const comments = (body: string, author: string) => ({ type: 'issue_comment', action: 'created', body, author });
const options = (block: object) => ({ triggers: [{ repos: ['o/r'], ...block }] });
const labels = (...all: string[]) => ({ labels: all, members: { o: ['mem1'] }, collaborators: ['col1'] });
const running = { activeJobs: [{ id: 'p1', job: 'e2e', state: 'pending' }] };

describe('pull requests', () => {
  test.each<[string, GivenCase, Record<string, unknown>]>([
    [
      '72: an untrusted author is welcomed',
      { item: newcomer, event: pull('opened') },
      { comments: 1, labelsAdded: ['needs-ok-to-test'] },
    ],
    ['72: not where there are no presubmits', { prow: {}, item: newcomer, event: pull('opened') }, {}],
    [
      '72: the label is not asked for where trust is given already',
      { item: newcomer, state: labels('ok-to-test'), event: pull('opened') },
      { comments: 1 },
    ],
    [
      '76: ok-to-test by hand',
      {
        item: newcomer,
        state: labels('ok-to-test', 'needs-ok-to-test'),
        event: pull('labeled', { label: 'ok-to-test', sender: 'rando' }),
      },
      { jobs: automatic },
    ],
    [
      '76: the next push removes the request',
      { item: newcomer, state: labels('ok-to-test', 'needs-ok-to-test'), event: pull('synchronize') },
      { jobs: automatic, labelsRemoved: ['needs-ok-to-test'] },
    ],
    [
      '76: also on a draft',
      {
        item: { ...newcomer, draft: true },
        state: labels('ok-to-test', 'needs-ok-to-test'),
        event: pull('synchronize'),
      },
      { labelsRemoved: ['needs-ok-to-test'] },
    ],
    [
      'labels do not matter where the author is trusted',
      { item: member, state: labels('ok-to-test', 'needs-ok-to-test'), event: pull('synchronize') },
      { jobs: automatic },
    ],
    [
      '75: ok-to-test by the bot',
      {
        item: newcomer,
        state: labels('ok-to-test'),
        event: pull('labeled', { label: 'ok-to-test', sender: 'k8s-ci-robot' }),
      },
      {},
    ],
    [
      '78: ignored ok-to-test, and no label',
      { item: newcomer, config: options({ ignore_ok_to_test: true }), event: pull('opened') },
      { comments: 1 },
    ],
    ['79: a draft is told of', { item: { ...member, draft: true }, event: pull('opened') }, { comments: 1 }],
    ['79: ready', { item: member, event: pull('ready_for_review') }, { jobs: automatic }],
    [
      '79: back to draft',
      { item: { ...member, draft: true }, state: { ...labels(), ...running }, event: pull('converted_to_draft') },
      { jobsAborted: ['p1'] },
    ],
    [
      '80: a push',
      { item: member, state: { ...labels(), ...running }, event: pull('synchronize') },
      { jobsAborted: ['p1'], jobs: automatic },
    ],
    [
      '80: a push by somebody untrusted',
      { item: newcomer, state: { ...labels(), ...running }, event: pull('synchronize') },
      { jobsAborted: ['p1'] },
    ],
    [
      '82: lgtm',
      { item: newcomer, state: labels('lgtm'), event: pull('labeled', { label: 'lgtm', sender: 'col1' }) },
      { jobs: automatic },
    ],
    ['lgtm in other letters is another label', { item: newcomer, event: pull('labeled', { label: 'LGTM' }) }, {}],
    [
      '89: another base',
      {
        item: member,
        state: { ...labels(), ...running },
        event: pull('edited', { changes: { base: { ref: { from: 'old' } } } }),
      },
      { jobs: automatic },
    ],
    ['another title', { item: member, event: pull('edited', { changes: { title: { from: 'old' } } }) }, {}],
    [
      '90: a collaborator where a block of its own says nothing else',
      {
        item: { author: 'col1', files },
        config: { triggers: [{ repos: ['o'], only_org_members: true }, { repos: ['o/r'] }] },
        event: pull('opened'),
      },
      { jobs: automatic },
    ],
    [
      '90: and elsewhere in the organisation',
      {
        item: { author: 'col1', files },
        config: { triggers: [{ repos: ['o'], only_org_members: true }] },
        event: pull('opened'),
      },
      { comments: 1, labelsAdded: ['needs-ok-to-test'] },
    ],
    ['assigned', { item: member, event: pull('assigned') }, {}],
  ])('%s', async (_name, given, expected) => {
    expect(await run(given)).toEqual(expected);
  });
});

describe('comments', () => {
  test.each<[string, GivenCase, Record<string, unknown>]>([
    [
      '73: a member on an untrusted change',
      { item: newcomer, event: comments('/test all', 'mem1') },
      { jobs: automatic },
    ],
    ['73: its author', { item: newcomer, event: comments('/test all', 'newbie') }, { comments: 1 }],
    [
      '74: an outsider on a member’s change',
      { item: member, event: comments('/ok-to-test', 'rando') },
      { jobs: automatic, labelsAdded: ['ok-to-test'] },
    ],
    [
      '75: /ok-to-test swaps the labels',
      { item: newcomer, state: labels('needs-ok-to-test'), event: comments('/ok-to-test', 'mem1') },
      { jobs: automatic, labelsAdded: ['ok-to-test'], labelsRemoved: ['needs-ok-to-test'] },
    ],
    [
      'the labels may be written in other letters',
      { item: newcomer, state: labels('OK-to-test'), event: comments('/ok-to-test', 'mem1') },
      { jobs: automatic },
    ],
    [
      '77: and back',
      { item: newcomer, state: { ...labels('ok-to-test'), ...running }, event: comments('/ok-to-test cancel', 'mem1') },
      { labelsAdded: ['needs-ok-to-test'], labelsRemoved: ['ok-to-test'] },
    ],
    ['77: not by an outsider', { item: member, event: comments('/ok-to-test cancel', 'rando') }, { comments: 1 }],
    [
      '78: ignored',
      { item: newcomer, config: options({ ignore_ok_to_test: true }), event: comments('/ok-to-test', 'mem1') },
      {},
    ],
    ['79: a draft', { item: { ...member, draft: true }, event: comments('/test all', 'mem1') }, { jobs: automatic }],
    ['81: not mergeable', { item: { ...member, mergeable: false }, event: comments('/test all', 'mem1') }, {}],
    [
      '83: a malformed retest',
      { item: member, event: comments('/retest please\n/test unit', 'mem1') },
      { comments: 1 },
    ],
    ['84: fenced', { item: member, event: comments('```\n/test unit\n```', 'mem1') }, {}],
    [
      '84 [fix]: fenced with CRLF and text behind',
      { item: member, event: comments('```\r\n/test unit\r\n```\r\nbye', 'mem1') },
      {},
    ],
    [
      '85 [fix]: fenced beside a real one',
      { item: member, event: comments('```\n/test unit\n```\n/test e2e', 'mem1') },
      { jobs: ['e2e'] },
    ],
    ['86: in other letters', { item: member, event: comments('/TEST all', 'mem1') }, {}],
    ['88: two jobs', { item: member, event: comments('/test unit, lint', 'mem1') }, { jobs: ['unit', 'lint'] }],
    [
      'a review',
      {
        item: member,
        event: {
          type: 'pull_request_review',
          action: 'submitted',
          reviewState: 'commented',
          body: '/test e2e',
          author: 'mem1',
        },
      },
      { jobs: ['e2e'] },
    ],
    ['an issue', { item: { isPR: false }, event: comments('/test all', 'mem1') }, {}],
  ])('%s', async (_name, given, expected) => {
    expect(await run(given)).toEqual(expected);
  });

  test('87: a failed optional job is retested, and marked; with /retest-required it is not', async () => {
    const statuses = [
      { context: 'unit', state: 'success' },
      { context: 'opt', state: 'failure' },
      { context: 'opt', state: 'success' },
    ];
    const given = { prow: { presubmits }, item: { author: 'mem1' }, state: { ...labels(), statuses } };

    expect(await runPlugin('trigger', { ...given, event: comments('/retest', 'mem1') })).toEqual({
      jobsCreated: [{ job: 'opt', type: 'presubmit', retest: true }],
    });
    expect(await runPlugin('trigger', { ...given, event: comments('/retest-required', 'mem1') })).toEqual({});
  });
});

describe('earlier help', () => {
  const available = { testAll: [], required: ['/test unit'], optional: ['/test opt'] };
  const place = { org: 'o', repo: 'r', branch: 'main' };
  const by = (author: string, body: string, id: number) => ({ id, author, body });
  const bodies = [
    helpMessage('list', available, place),
    `@rando: ${helpMessage('target-not-found', available, place)}`,
    '@rando: The specified target(s) for `/test` were not found.\nThe following commands are available to trigger required jobs:',
    'Something else',
    quote(helpMessage('list', available, place)),
  ];
  const state = {
    members: { o: ['mem1'] },
    comments: [...bodies.map((body, id) => by('k8s-ci-robot', body, id + 1)), by('rando', bodies[0] ?? '', 9)],
  };

  test('is deleted when tests are asked for', async () => {
    expect(await run({ item: member, state, event: comments('/test e2e', 'mem1') })).toEqual({
      jobs: ['e2e'],
      commentsDeleted: [1, 2, 3],
    });
  });

  test('is kept by /ok-to-test, and by help itself', async () => {
    expect(await run({ item: newcomer, state, event: comments('/ok-to-test', 'mem1') })).not.toHaveProperty(
      'commentsDeleted',
    );
    expect(await run({ item: member, state, event: comments('/test ?', 'mem1') })).toEqual({ comments: 1 });
  });
});

describe('workflows of the host', () => {
  const config = options({ trigger_github_workflows: true });
  async function workflows(body: string, given: GivenCase['config'] = config): Promise<string[]> {
    const wanted = await effectsWanted('trigger', {
      prow: { presubmits },
      item: newcomer,
      config: given ?? {},
      event: comments(body, 'mem1'),
    });
    return wanted.flatMap((effect) =>
      effect.kind === 'approveWorkflowRuns' || effect.kind === 'rerunWorkflowRuns'
        ? [`${effect.kind} ${effect.branch} ${effect.sha.slice(0, 4)}`]
        : [],
    );
  }

  test.each([
    ['/ok-to-test', ['approveWorkflowRuns topic cccc']],
    ['/ok-to-test\n/test ?', ['approveWorkflowRuns topic cccc']],
    ['/ok-to-test\n/ok-to-test cancel', []],
    ['/retest', ['rerunWorkflowRuns topic cccc']],
    ['/test all', ['rerunWorkflowRuns topic cccc']],
    ['/retest-required', []],
    ['/test unit', []],
    ['/test ?', []],
  ])('%j', async (body, expected) => {
    expect(await workflows(body)).toEqual(expected);
  });

  test('are left alone where nothing else is configured', async () => {
    expect(await workflows('/ok-to-test\n/retest', {})).toEqual([]);
  });
});

test('pushes start postsubmits of branches and tags; deletions start nothing', async () => {
  const postsubmits = {
    'o/r': [{ name: 'always' }, { name: 'go', run_if_changed: String.raw`\.go$` }, { name: 'tags', branches: ['^v'] }],
  };
  const pushed = async (event: GivenCase['event']) =>
    await run({ prow: { postsubmits }, event: { type: 'push', ...event } });

  expect(await pushed({ ref: 'refs/heads/main', pushFiles: ['a.go'] })).toEqual({ jobs: ['always', 'go'] });
  expect(await pushed({ ref: 'refs/tags/v1' })).toEqual({ jobs: ['always', 'tags'] });
  expect(await pushed({ ref: 'refs/heads/main', deleted: true })).toEqual({});
});

describe('texts', () => {
  const welcomed = (block: object, state: GivenCase['state'] = {}) =>
    textWritten('trigger', {
      prow: { presubmits },
      item: newcomer,
      config: options(block),
      state,
      event: pull('opened'),
    });

  test('the welcome says who decides, how, and where the commands are', async () => {
    const text = await welcomed({});

    expect(text).toContain('Hi @newbie,');
    expect(text).toContain('[o](https://github.com/orgs/o/people)');
    expect(text).toContain('[join the organisation](https://github.com/orgs/o/people)');
    expect(text).toContain('`/ok-to-test` on a line of its own');
    expect(text).toContain('label `ok-to-test`');
    expect(text).toContain('bot-commands?repo=o%2Fr');
  });

  test('a second organisation is named, with its own way in', async () => {
    const text = await welcomed({ trusted_org: 'ally', join_org_url: 'https://join.test' });

    expect(text).toContain('[o](https://github.com/orgs/o/people) or [ally](https://github.com/orgs/ally/people)');
    expect(text).toContain('(https://join.test)');
    expect(await welcomed({ trusted_org: 'o' })).not.toContain(' or [o]');
  });

  const merged = (count: number) => ({ search: Array.from({ length: count }, () => ({})) });
  const prominent = (block: object) => ({ org_invite: { prominent: block } });

  test.each<[string, object, number, boolean]>([
    ['three merged', {}, 3, true],
    ['two merged', {}, 2, false],
    ['a threshold of its own', prominent({ merged_pr_threshold: 5 }), 4, false],
    ['always', prominent({ merged_pr_threshold: 0 }), 0, true],
    ['never', prominent({ disabled: true, merged_pr_threshold: 0 }), 9, false],
  ])('regular contributors are invited: %s', async (_name, block, count, isInvited) => {
    expect((await welcomed(block, merged(count))).includes('[!TIP]')).toBe(isInvited);
  });

  test('bots are not invited', async () => {
    const given = { prow: { presubmits }, config: options({}), state: merged(9), event: pull('opened') };

    expect(await textWritten('trigger', { ...given, item: { ...newcomer, author: 'app[bot]' } })).not.toContain(
      '[!TIP]',
    );
    expect(await textWritten('trigger', { ...given, item: { ...newcomer, authorType: 'Bot' } })).not.toContain(
      '[!TIP]',
    );
  });

  test('an invitation of one’s own', async () => {
    const message = 'Come in: {join_org_url} ($&), {join_org_url}';
    const text = await welcomed({ join_org_url: 'https://j.test', ...prominent({ message }) }, merged(3));

    expect(text).toContain('Come in: https://j.test ($&), https://j.test');
    expect(text).not.toContain('[!TIP]');
  });

  test('refusals say what trust takes', async () => {
    const refused = (block: object) =>
      textWritten('trigger', {
        prow: { presubmits },
        item: newcomer,
        config: options(block),
        event: comments('/test all', 'newbie'),
      });

    expect(await refused({})).toContain('a member of o or a collaborator of the repository.');
    expect(await refused({ only_org_members: true })).toContain('That takes a member of o.');
    expect(await refused({ trusted_org: 'ally' })).toContain(
      'a member of o, a collaborator of the repository or a member of ally.',
    );
    expect(await refused({ ignore_ok_to_test: true })).toContain('`/ok-to-test` is not in use');
  });

  test('help lists what can run on the branch', async () => {
    const text = await textWritten('trigger', {
      prow: { presubmits },
      item: member,
      event: comments('/test nope', 'mem1'),
    });

    expect(text).toMatch(/^@mem1: None of the jobs that `\/test` names can run here\.\n/);
    expect(text).toContain('required jobs:\n\n- `/test e2e`\n- `/test lint`\n- `/test unit`\n');
    expect(text).toContain('optional jobs:\n\n- `/test opt`\n');
    expect(text).toContain('`/test all` runs these jobs:\n\n- `lint`\n- `opt`\n- `unit`');
  });

  test('help says so where all or none of the jobs are meant', async () => {
    const help = (jobs: object[], base = 'main') =>
      textWritten('trigger', {
        prow: { presubmits: { 'o/r': jobs } },
        item: { ...member, base },
        event: comments('/test ?', 'mem1'),
      });

    expect(await help([{ name: 'a', always_run: true }])).toContain('`/test all` runs all of them.');
    expect(await help([{ name: 'a', branches: ['^x$'] }])).toMatch(/^@mem1: There are no presubmits for `o\/r@main`\./);
    expect(await help([{ name: 'a' }])).not.toContain('/test all');
  });

  test('commands of jobs, which a change can choose itself, neither command nor mention nor break out', async () => {
    const hostile = { name: 'h', trigger: '(?s).*', rerun_command: '/lgtm\n/approve\n@o/owners `</details>`' };
    const text = await textWritten('trigger', {
      prow: { presubmits: { 'o/r': [hostile] } },
      item: member,
      event: comments('/test ?', 'mem1'),
    });

    expect(text).toContain('- `` /lgtm /approve @o/owners `</details>` ``');
    expect(text).not.toMatch(/^\/(lgtm|approve)/m);
  });
});

describe('help of the plugin', () => {
  const describedFor = (yaml: string, repo: string) =>
    trigger.help({ config: parsePlugins('plugins.yaml', yaml), enabledRepos: [repo] }).config?.[repo];

  test('says who is trusted in each repository', () => {
    expect(describedFor('{}', 'o/r')).toBe('Trusted is a member of o or a collaborator of the repository.');
    expect(describedFor('triggers: [{repos: [o], only_org_members: true, trusted_apps: [bot]}]', 'o/r')).toBe(
      'Trusted is a member of o. So are the apps bot.',
    );
    expect(describedFor('triggers: [{repos: [o], ignore_ok_to_test: true}]', 'o')).toContain('no effect');
  });

  test('shows options that can be used as they are', () => {
    const { snippet = '' } = trigger.help({ config: parsePlugins('plugins.yaml', '{}'), enabledRepos: [] });
    const [block] = parsePlugins('plugins.yaml', snippet).triggers;

    expect(block).toMatchObject({ repos: ['org', 'org/repo'], trusted_apps: ['dependabot'], trusted_org: 'other-org' });
  });
});
