/** What nobody writes in good faith, to all plugins: names that would break out of answers, odd line ends, floods, endless texts. */
import { describe, expect, test } from '@jest/globals';
import { parsePlugins } from '../config/load-plugins.ts';
import { ConfigError } from '../config/problem.ts';
import type { Effect } from '../domain/effects.ts';
import { commandsIn } from '../domain/review/commands-in.ts';
import { settleEffects } from '../domain/settle-effects.ts';
import { effectsWanted, type GivenCase } from '../test/harness/plugin-case.ts';
import type { Plugin } from './api.ts';
import { plugins } from './registry.ts';

const hostileNames = [
  'a @evil-team b',
  '@evil/team',
  'x`@evil`y',
  '``` @evil',
  '</details><img src=evil onerror=evil()>',
  '<!-- evil -->',
  '[evil](javascript:evil)',
  '![evil](https://evil.example/x.png)',
  'https://evil.example',
  '| evil | @evil |',
  'a) @evil (b',
  '**evil** _evil_ #1',
  'a\n/lgtm\n@evil',
  'a\r\n/approve\r\n@evil',
  'a\u2028/hold\u2029@evil',
  '${evil} {reason} {refused} $& $1',
];

/** A pull request on which everything that others name has that name. */
function worldOf(name: string, { merged }: { merged: boolean }): Omit<GivenCase, 'event'> {
  const path = `${name}/OWNERS`;
  return {
    item: {
      title: name,
      body: `Fixes #1\n\n${name}`,
      author: 'mem1',
      headRef: name,
      base: name,
      merged,
      state: merged ? 'closed' : 'open',
      mergeable: false,
      files: [
        { path, status: 'added', additions: 1, deletions: 0, patch: `@@ -0,0 +1 @@\n+approvers: [${name}` },
        { path: name, status: 'modified', additions: 1, deletions: 1 },
      ],
      commits: [
        { sha: 'a'.repeat(40), message: name },
        { sha: 'b'.repeat(40), message: name },
      ],
    },
    state: {
      labels: [name, `cherrypick/${name}`],
      repoLabels: [name, 'lgtm'],
      collaborators: ['col1', 'mem1'],
      members: { o: ['mem1'] },
      permissions: { mem1: 'admin' },
      milestones: { [name]: 1 },
      teams: { rel: { name, members: ['mem1'] } },
      statuses: [
        { context: name, state: 'failure', description: name },
        { context: 'opt', state: 'failure' },
      ],
      requiredContexts: [name, `${name}!`],
      baseFiles: { OWNERS: 'approvers: [col1]\n', [path]: 'approvers: [col1]\n', OWNERS_ALIASES: `aliases: ${name}` },
      headFiles: { [path]: `approvers: [${name}`, OWNERS_ALIASES: `aliases:\n  ${JSON.stringify(name)}: []\n` },
    },
    config: {
      blockades: [{ repos: ['o/r'], blockregexps: ['.*'], explanation: 'Because.' }],
      label: { additional_labels: [name], restricted_labels: { 'o/r': [{ label: name, allowed_users: [name] }] } },
      repo_milestone: { '': { maintainers_team: 'rel' } },
      require_matching_label: [
        { org: 'o', repo: 'r', prs: true, regexp: '^kind/', missing_label: 'needs-kind', missing_comment: 'Please.' },
      ],
    },
    prow: {
      presubmits: {
        'o/r': [
          { name: 'unit', context: name, always_run: true, rerun_command: `/test ${name}`, trigger: '(?s)^/test .*' },
          { name: 'opt', context: 'opt', optional: true },
        ],
      },
    },
  };
}

const examplesOf = ({ help }: Plugin) =>
  help({ config: parsePlugins('plugins.yaml', ''), enabledRepos: ['o/r'] }).commands.flatMap(
    ({ examples }) => examples,
  );

/** Commands that take names, by plugin. */
const naming: Readonly<Record<string, readonly string[]>> = {
  assign: ['/assign @', '/cc @'],
  cherrypicker: ['/cherrypick '],
  label: ['/kind ', '/label ', '/remove-label '],
  milestone: ['/milestone '],
  override: ['/override ', '/override-sticky ', '/override-cancel '],
  retitle: ['/retitle '],
  trigger: ['/test ', '/test ?'],
};

/** Whatever leads to answers with names of others in them. */
function eventsFor(plugin: Plugin, name: string): GivenCase['event'][] {
  const [line = ''] = name.split(/[\r\n]/);
  const said = [...examplesOf(plugin), ...(naming[plugin.name] ?? []).map((command) => command + line)];
  return [
    ...said.flatMap((body) => ['mem1', 'rando'].map((author) => ({ body, author }))),
    ...['opened', 'synchronize', 'closed'].map((action) => ({ type: 'pull_request', action })),
    { type: 'pull_request', action: 'labeled', label: `cherrypick/${name}` },
    { type: 'pull_request', action: 'edited', changes: { title: { from: 'x' }, body: { from: 'y' } } },
  ];
}

/** Texts that people read. */
function textsOf(effect: Effect): string[] {
  const refusal = 'whenRefused' in effect && effect.whenRefused !== undefined ? [effect.whenRefused] : [];
  switch (effect.kind) {
    case 'comment':
    case 'editComment':
      return [effect.body];
    case 'createCheckRun':
      return [effect.summary, ...refusal];
    case 'createReview':
      return [effect.body, ...effect.comments.map(({ body }) => body)];
    default:
      return refusal;
  }
}

/** What is no code, no quotation and no target of a link of ours: there names have a meaning. */
function proseOf(text: string): string {
  return text
    .replaceAll(/^ *>.*$/gm, '')
    .replaceAll(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, 'CODE')
    .replaceAll(/\]\((?:https:\/\/github\.com)?\/o\/r\/[^)\s]*\)/g, '](https://ours)');
}

/** What is left of a text that would do something. */
function dangersIn(text: string): string[] {
  const prose = proseOf(text);
  return [
    ...commandsIn(text).map((command) => `command ${command}`),
    ...[...prose.matchAll(/@[\w/-]*evil[\w/-]*/g)].map(([mention]) => `mention ${mention}`),
    ...[
      ...prose.matchAll(/<(?!details( open)? ?>|\/details>|!-- META=|a href="https:\/\/github\.com\/|\/a>)[^ ]*/g),
    ].map(([tag]) => `HTML ${tag}`),
    ...[...prose.matchAll(/(?<!\\)\]\((?!https:\/\/(?!evil))[^)]*/g)].map(([link]) => `link ${link}`),
    ...[...prose.matchAll(/!\[|\*\*evil|(?<![/\w])https:\/\/evil/g)].map(([markup]) => `markup ${markup}`),
  ];
}

describe('names that break out', () => {
  const spoke = new Set<string>();

  test.each(hostileNames)('%j', async (name) => {
    const found = new Set<string>();
    for (const plugin of plugins) {
      for (const event of eventsFor(plugin, name)) {
        for (const merged of [true, false]) {
          const given = { ...worldOf(name, { merged }), event };
          const wanted = await effectsWanted(plugin.name, given).catch(orFailed);
          for (const text of wanted.flatMap(textsOf)) {
            if (text.includes('evil')) spoke.add(plugin.name);
            for (const danger of dangersIn(text)) found.add(`${plugin.name}: ${danger}`);
          }
        }
      }
    }
    expect([...found]).toEqual([]);
  });

  test('were in the answers of all who answer', () => {
    expect([...spoke].sort()).toEqual([
      'approve',
      'assign',
      'blockade',
      'cherrypicker',
      'label',
      'lgtm',
      'milestone',
      'override',
      'retitle',
      'trigger',
      'verify-owners',
    ]);
  });
});

describe('line ends', () => {
  const description = [
    'What it does.',
    '',
    '/kind bug',
    '/cc @col1',
    '/hold',
    '/cherrypick r1',
    'Fixes #12',
    '```release-note',
    'A note.',
    '```',
    '',
  ];
  const effects = async (plugin: Plugin, given: GivenCase) =>
    JSON.stringify(await effectsWanted(plugin.name, given).catch(orFailed)).replaceAll(
      String.raw`\r\n`,
      String.raw`\n`,
    );

  test.each(plugins)('of $name: what is written with CRLF means the same', async (plugin) => {
    let count = 0;
    for (const world of [worldOf('plain', { merged: true }), worldOf('plain', { merged: false })]) {
      const compare = async (given: (end: string) => GivenCase) => {
        const found = await effects(plugin, given('\n'));
        expect(await effects(plugin, given('\r\n'))).toBe(found);
        if (found !== '[]') count += 1;
      };
      for (const command of [...examplesOf(plugin), '/test all', '/retest']) {
        for (const lines of [
          [command],
          ['Please', command, 'soon.', ''],
          ['```', '/lgtm', '```', command, '<!-- x', '-->'],
        ]) {
          await compare((end) => ({ ...world, event: { body: lines.join(end), author: 'mem1' } }));
        }
      }
      for (const action of ['opened', 'closed', 'edited']) {
        const event = { type: 'pull_request', action, ...(action === 'edited' && { changes: { body: { from: '' } } }) };
        await compare((end) => ({ ...world, item: { ...world.item, body: description.join(end) }, event }));
      }
    }
    // Those without commands react to other things than texts.
    if (examplesOf(plugin).length > 0) expect(count).toBeGreaterThan(0);
  });

  test.each(['', ' ', '   ', '\t', ' \t ', '\r', ' \r\n ', '\u00a0', '\n\n'])(
    'a command with %j behind trips nobody',
    async (blanks) => {
      for (const plugin of plugins) {
        const verbs = [...examplesOf(plugin), ...(naming[plugin.name] ?? []), '/cherrypick', '/cherry-pick'];
        for (const verb of verbs.map((example) => example.trim().split(' ')[0] ?? '')) {
          const given = { ...worldOf('plain', { merged: false }), event: { body: verb + blanks, author: 'mem1' } };
          expect(await effectsWanted(plugin.name, given).catch(orFailed)).toBeInstanceOf(Array);
        }
      }
    },
  );
});

/** GitHub takes no longer text. */
const longest = 65_536;
const full = (unit: string, before = '') => before + unit.repeat((longest - before.length) / unit.length);

describe('floods', () => {
  const thousand = (line: (index: number) => string) =>
    Array.from({ length: 1000 }, (_, index) => line(index)).join('\n');
  const names = plugins.flatMap(examplesOf);

  test.each<[string, string]>([
    ['of all kinds', thousand((index) => names[index % names.length] ?? '')],
    [
      'with a name each',
      thousand((index) => `/${['area', 'label', 'test', 'override', 'assign'][index % 5]} n${index}`),
    ],
    [
      'that take each other back',
      thousand((index) => ['/hold', '/hold cancel', '/lgtm', '/lgtm cancel'][index % 4] ?? ''),
    ],
    [
      'that move a label',
      thousand((index) => ['/lifecycle stale', '/lifecycle rotten', '/kind bug', '/remove-kind bug'][index % 4] ?? ''),
    ],
    ['that pick', thousand((index) => `/cherrypick r${index}`)],
  ])('a comment with 1,000 commands %s is answered by each plugin a few times at most', async (_name, body) => {
    for (const author of ['mem1', 'rando']) {
      const given = { ...worldOf('plain', { merged: false }), event: { body, author } };
      const wanted = [];
      for (const plugin of plugins) {
        wanted.push({ plugin: plugin.name, effects: await effectsWanted(plugin.name, given).catch(orFailed) });
      }
      const settled = settleEffects('delivery', wanted);
      const texts = settled.filter(({ effect }) => effect.kind === 'comment');
      expect(new Set(settled.map(({ key }) => key)).size).toBe(settled.length);
      const counts = plugins.map(({ name }) => ({ name, count: texts.filter(({ plugin }) => plugin === name).length }));
      expect(counts.filter(({ count }) => count > 3)).toEqual([]);
      const labels = settled.flatMap(({ effect }) => ('label' in effect ? [effect.label] : []));
      expect(labels.length).toBeLessThanOrEqual(2 * new Set(labels).size);
    }
  });

  test.each<[string, string]>([
    ['slashes', full('/')],
    ['blanks behind a command', full(' ', '/test')],
    ['blanks inside a command', `${full(' ', '/hold').slice(1)}x`],
    ['empty lines', full('\r\n')],
    ['comments that never end', full('<!--', '/kind bug\n')],
    ['code that never ends', full('```\n', '/test all\n')],
    ['ticks', full('`', '/test all\n')],
    ['quotes', full('"', '/override ')],
    ['people', full('@a ', '/assign ')],
    ['brackets', full('[[(')],
    ['issues', full('fixes #1 ', '/retitle ')],
    ['release notes that never end', full('```release-note\n')],
    ['lines that are nearly commands', full('/lgt\n')],
    ['picks of nothing', full('/cherrypick \n')],
  ])('the longest text, of %s, is read in no time', async (_name, text) => {
    for (const plugin of plugins) {
      const given: GivenCase[] = [
        { event: { body: text, author: 'mem1' } },
        { event: { type: 'pull_request', action: 'opened' }, item: { body: text, title: text.slice(0, 256) } },
        { event: { type: 'pull_request', action: 'edited', changes: { body: { from: text } } }, item: { body: text } },
      ];
      for (const one of given) {
        // Of the processor, which others may keep busy.
        const before = process.cpuUsage();
        await effectsWanted(plugin.name, one).catch(orFailed);
        const { user } = process.cpuUsage(before);
        expect([plugin.name, user / 1000 < 1000]).toEqual([plugin.name, true]);
      }
    }
  });
});

/** A handler may fail, in words; it may not trip. */
function orFailed(error: unknown): Effect[] {
  if (
    error instanceof ConfigError ||
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError
  )
    throw error;
  return [];
}
