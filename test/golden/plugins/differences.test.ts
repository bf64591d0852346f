import { describe, expect, test } from '@jest/globals';
import type { PluginCase } from './case.ts';
import { evaluatePluginCase } from './evaluate.ts';
import { quotedCommandsRules } from './quoted-commands.ts';
import { statusHistoryRule } from './status-history.ts';

const jobs = [{ name: 'unit' }, { name: 'e2e', optional: true }];

function given(plugin: string, body: string, statuses: PluginCase['state']['statuses'] = []): PluginCase {
  return {
    plugin,
    name: 'x',
    prow: { presubmits: { 'o/r': jobs } },
    state: {
      item: { isPR: true, number: 5, title: 't', body: '', author: 'mem1' },
      members: { o: ['mem1'] },
      permissions: { mem1: 'admin' },
      statuses,
    },
    event: { type: 'issue_comment', action: 'created', author: 'mem1', body },
    effects: {},
  };
}

describe('quoted commands', () => {
  test.each<[string, string, string, object]>([
    ['beside a real one', 'trigger', '```\n/test e2e\n```\n/test unit', { jobsCreated: [{ job: 'unit' }] }],
    ['with CRLF', 'trigger', '```\r\n/test e2e\r\n```\r\nbye', {}],
    ['beside /skip', 'skip', '/skip\n```\n/test e2e\n```', { statusesSet: [{ context: 'e2e' }] }],
    ['/skip itself is obeyed there', 'skip', '```\n/skip\n/test e2e\n```', { statusesSet: [{ context: 'e2e' }] }],
  ])('%s', async (_name, plugin, body, expected) => {
    const it = given(plugin, body, [{ context: 'e2e', state: 'failure' }]);
    const rule = quotedCommandsRules.find((one) => one.applies(it));

    expect(await rule?.expected(it)).toMatchObject(expected);
    expect(await rule?.expected(it)).toEqual((await evaluatePluginCase(it)).ours);
  });

  test.each([
    ['trigger', '/test unit'],
    ['trigger', '```\n/test unit'],
    ['hold', '```\n/hold\n```\n/hold'],
  ])('none for %s: %j', (plugin, body) => {
    expect(quotedCommandsRules.some((rule) => rule.applies(given(plugin, body)))).toBe(false);
  });
});

describe('history of statuses', () => {
  const twice = [
    { context: 'unit', state: 'success' },
    { context: 'unit', state: 'failure' },
  ];

  test('older ones do not count for override', async () => {
    const it = given('override', '/override unit', twice);

    expect(statusHistoryRule.applies(it)).toBe(true);
    expect(await statusHistoryRule.expected(it)).not.toHaveProperty('statusesSet');
    expect(await statusHistoryRule.expected(it)).toEqual((await evaluatePluginCase(it)).ours);
  });

  test('no difference for one status each, or other plugins', () => {
    expect(statusHistoryRule.applies(given('override', '/override unit', twice.slice(0, 1)))).toBe(false);
    expect(statusHistoryRule.applies(given('skip', '/skip', twice))).toBe(false);
  });
});
