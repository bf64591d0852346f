import { describe, expect, test } from '@jest/globals';
import { parsePlugins } from '../../config/load-plugins.ts';
import { effectsWanted, runPlugin, textWritten, type GivenCase } from '../../test/harness/plugin-case.ts';
import { baseOfDescription } from '../../rules/status-description.ts';
import { override } from './index.ts';

const presubmits = { 'o/r': [{ name: 'foo', context: 'ci/foo' }, { name: 'unit' }] };
const state = {
  permissions: { adm: 'admin', wr: 'write' },
  statuses: [
    { context: 'ci/foo', state: 'failure' },
    { context: 'unit tests', state: 'error' },
    { context: 'slow', state: 'pending' },
    { context: 'ok', state: 'success' },
  ],
};

function says(body: string, author = 'adm', more: Partial<GivenCase> = {}): GivenCase {
  return { prow: { presubmits }, ...more, state: { ...state, ...more.state }, event: { body, author } };
}

/** Contexts that are set, jobs that are recorded, and whether there is an answer. */
async function outcome(given: GivenCase): Promise<unknown> {
  const wanted = await effectsWanted('override', given);
  return {
    set: wanted.flatMap((effect) => (effect.kind === 'setStatus' ? [`${effect.context}: ${effect.state}`] : [])),
    recorded: wanted.flatMap((effect) => (effect.kind === 'recordJob' ? [effect.job] : [])),
    runs: wanted.flatMap((effect) => (effect.kind === 'createCheckRun' ? [effect.name] : [])),
    answers: wanted.filter(({ kind }) => kind === 'comment').length,
  };
}
const nothingBut = (answers: number) => ({ set: [], recorded: [], runs: [], answers });

describe('override', () => {
  test.each<[string, GivenCase, object]>([
    ['92: one unknown name stops all', says('/override ci/foo bogus'), nothingBut(1)],
    ['92: without a name, even for outsiders', says('/override', 'rando'), nothingBut(1)],
    ['92: a line without a name beside one with', says('/override\n/override ci/foo'), nothingBut(1)],
    ['93: a name with a blank', says('/override "unit tests"'), { set: ['unit tests: success'], recorded: [] }],
    [
      'several lines and names',
      says('/override ci/foo\r\n/override slow "unit tests"\r\n'),
      { set: ['ci/foo: success', 'unit tests: success', 'slow: success'], answers: 1 },
    ],
    ['by the name of the job', says('/override foo'), { set: ['ci/foo: success'], recorded: ['foo'] }],
    ['a green context is no target', says('/override ok'), nothingBut(1)],
    [
      '94: required and never reported',
      says('/override must', 'adm', { state: { requiredContexts: ['must'] } }),
      { set: ['must: success'], recorded: [] },
    ],
    [
      'required, reported by a job',
      says('/override unit', 'adm', { state: { requiredContexts: ['unit', 'ci/foo'] } }),
      { set: ['unit: success'], recorded: ['unit'] },
    ],
    [
      'Q6: the newest status counts',
      says('/override x', 'adm', {
        state: {
          statuses: [
            { context: 'x', state: 'success' },
            { context: 'x', state: 'failure' },
          ],
        },
      }),
      nothingBut(1),
    ],
    ['no name but blanks', says('/override  '), nothingBut(0)],
    ['another word', says('/overrides ci/foo'), nothingBut(0)],
    ['a closed pull', says('/override ci/foo', 'adm', { item: { state: 'closed' } }), nothingBut(0)],
    ['an issue', says('/override ci/foo', 'adm', { item: { isPR: false } }), nothingBut(0)],
  ])('%s', async (_name, given, expected) => {
    expect(await outcome(given)).toMatchObject(expected);
  });

  test('56: status and record say by whom and for which base', async () => {
    const wanted = await effectsWanted('override', says('/override foo'));
    const status = wanted.find((effect) => effect.kind === 'setStatus');

    expect(wanted[0]).toMatchObject({
      kind: 'recordJob',
      job: 'foo',
      state: 'success',
      description: 'Overridden by adm',
    });
    expect(status?.description).toMatch(/^Overridden by adm\u2001+ BaseSHA:b{40}$/);
    expect(baseOfDescription(status?.description ?? '')).toBe('b'.repeat(40));
  });

  test('a status that the host does not take is answered for, and mentions nobody', async () => {
    const given = says('/override @o/owners', 'adm', {
      state: { statuses: [{ context: '@o/owners', state: 'error' }] },
    });
    const [status] = await effectsWanted('override', given);

    expect(status).toMatchObject({ whenRefused: expect.stringMatching(/^@adm: .*`@o\/owners`.*\{reason\}/) });
  });

  test('95: a sticky one is marked, and people are told how long it holds', async () => {
    const given = says('/override-sticky slow');
    const status = (await effectsWanted('override', given)).find((effect) => effect.kind === 'setStatus');

    expect(status?.description).toMatch(/^Overridden by adm \[prow:skip-retest\]\u2001+ BaseSHA:b{40}$/);
    expect(await textWritten('override', given)).toContain('until the next commit is pushed');
  });

  test('the refusal lists what is unknown and what could be overridden, as code', async () => {
    const text = await textWritten('override', says('/override @o/owners'));

    expect(text).toContain('- `@o/owners`\n');
    expect(text).toContain('- `ci/foo`\n- `foo`\n- `slow`\n- `unit tests`\n');
    expect(text).not.toContain('- `ok`');
  });
});

describe('who may', () => {
  const teams = { ovr: { members: ['teamie'] }, org: { members: ['orgie'] } };
  const config = (override: object) => ({ override });
  const inTeams = config({ allowed_github_teams: { 'o/r': ['ovr'], o: ['org'], 'o/other': ['x'] } });
  const owners = { baseFiles: { OWNERS: 'approvers: [Rootie]\n', 'a/OWNERS': 'approvers: [leafy]\n' } };

  test.each<[string, string, Partial<GivenCase>, boolean]>([
    ['an administrator', 'adm', {}, true],
    ['who may write', 'wr', {}, false],
    ['a collaborator', 'col1', {}, false],
    ['a member of a team of the repository', 'teamie', { config: inTeams, state: { teams } }, true],
    ['a member of a team of the organisation', 'orgie', { config: inTeams, state: { teams } }, true],
    [
      'a member of a team behind one that does not exist',
      'teamie',
      { config: config({ allowed_github_teams: { 'o/r': ['gone', 'ovr'] } }), state: { teams } },
      true,
    ],
    ['logins are compared as they are', 'Teamie', { config: inTeams, state: { teams } }, false],
    ['teams that are not configured', 'teamie', { state: { teams } }, false],
    ['a root approver', 'rootie', { config: config({ allow_top_level_owners: true }), state: owners }, true],
    ['an approver below', 'leafy', { config: config({ allow_top_level_owners: true }), state: owners }, false],
    ['a root approver where that does not count', 'rootie', { state: owners }, false],
  ])('%s', async (_name, login, more, may) => {
    const collaborators = ['col1', 'Rootie', 'leafy'];
    const given = says('/override slow', login, { ...more, state: { ...more.state, collaborators } });

    expect(await outcome(given)).toMatchObject({ set: may ? ['slow: success'] : [], answers: 1 });
  });

  test('others are told', async () => {
    const text = await textWritten(
      'override',
      says('/override slow', 'rando', {
        config: { override: { allow_top_level_owners: true, allowed_github_teams: { o: ['org'] } } },
      }),
    );

    expect(text).toContain(
      'administrators of the repository, approvers in its root OWNERS file, members of the teams `org`',
    );
  });
});

describe('check runs', () => {
  const checkRuns = [
    { name: 'build', completed: true, conclusion: 'failure' },
    { name: 'twice', completed: true, conclusion: 'failure' },
    { name: 'twice', completed: true, conclusion: 'success' },
    { name: 'running', completed: false },
    { name: 'neutral', completed: true, conclusion: 'neutral' },
    { name: 'cut off', completed: true, conclusion: 'timed_out' },
  ];
  const asApp = { state: { isApp: true, checkRuns } };

  test.each<[string, string[]]>([
    ['/override build', ['build']],
    ['/override "cut off" build', ['build', 'cut off']],
    ['/override twice', []],
    ['/override running', []],
    ['/override neutral', []],
  ])('%s', async (body, runs) => {
    expect(await outcome(says(body, 'adm', asApp))).toEqual({ ...nothingBut(1), runs });
  });

  test('beside statuses, with one answer for all', async () => {
    const given = says('/override slow build', 'adm', asApp);

    expect(await outcome(given)).toMatchObject({ set: ['slow: success'], runs: ['build'], answers: 1 });
    expect(await textWritten('override', given)).toContain('`build`, `slow`');
  });

  test('are no targets without App authentication', async () => {
    expect(await outcome(says('/override build', 'adm', { state: { checkRuns } }))).toEqual(nothingBut(1));
  });
});

describe('cancel', () => {
  const statuses = [
    { context: 'a', state: 'success', description: 'Overridden by x BaseSHA:1' },
    { context: 'b', state: 'success', description: 'Overridden by y' },
    { context: 'c', state: 'success', description: 'Job succeeded.' },
    { context: 'c', state: 'success', description: 'Overridden by z' },
  ];

  test.each<[string, GivenCase, object]>([
    [
      'all',
      says('/override-cancel', 'adm', { state: { statuses } }),
      { set: ['a: failure', 'b: failure'], answers: 1 },
    ],
    ['one', says('/override-cancel b', 'adm', { state: { statuses } }), { set: ['b: failure'], answers: 1 }],
    ['Q6: one that has been tested again', says('/override-cancel c', 'adm', { state: { statuses } }), nothingBut(1)],
    ['by an outsider', says('/override-cancel', 'rando', { state: { statuses } }), nothingBut(1)],
    [
      'a line for one and a line for all',
      says('/override-cancel b\n/override-cancel', 'adm', { state: { statuses } }),
      { set: ['a: failure', 'b: failure'] },
    ],
  ])('%s', async (_name, given, expected) => {
    expect(await outcome(given)).toMatchObject(expected);
  });

  test('the description has no base', async () => {
    const written = await runPlugin('override', says('/override-cancel b', 'adm', { state: { statuses } }));

    expect(written['statusesSet']).toEqual([
      { context: 'b', state: 'failure', description: 'Override cancelled by adm', descriptionLength: 25 },
    ]);
  });

  test('comes before overrides of the same comment', async () => {
    const all = [...statuses, { context: 'd', state: 'failure' }];

    expect(await outcome(says('/override d\n/override-cancel a', 'adm', { state: { statuses: all } }))).toMatchObject({
      set: ['a: failure', 'd: success'],
      answers: 2,
    });
  });
});

test('help says who may, as configured', () => {
  const config = parsePlugins(
    'plugins.yaml',
    'override: {allow_top_level_owners: true, allowed_github_teams: {o: [ovr]}}',
  );
  const { commands, config: described } = override.help({ config, enabledRepos: ['o/r'] });

  expect(described?.['']).toContain('Administrators of the repository, approvers in its root OWNERS file, members of');
  expect(commands.map(({ whoCanUse }) => whoCanUse.includes('o: ovr'))).toEqual([true, true, true]);
});
