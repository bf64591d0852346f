import { describe, expect, test } from '@jest/globals';
import { changeJob, changeOf } from '../../test/fixtures/change-jobs.ts';
import {
  commentEvent,
  envelopeOf,
  issueItem,
  pullEvent,
  pullItem,
  pushEvent,
  statusEvent,
} from '../../test/fixtures/envelopes.ts';
import { needsResolving } from './default-wants.ts';
import { briefOf } from './event-brief.ts';
import { envelopesIn, jobChangeIn } from './signal-arguments.ts';

const good = envelopeOf([pullEvent('opened'), commentEvent('/hold')], { item: pullItem(), labels: ['lgtm'] });

describe('the events of a signal', () => {
  test.each([
    good,
    envelopeOf([commentEvent('hello')], { item: issueItem() }),
    envelopeOf([pushEvent()]),
    envelopeOf([statusEvent('ci', 'success')]),
    envelopeOf([], { stored: { key: 'k', bytes: 1, sha256: 's' } }),
  ])('are taken as they are: %#', (envelope) => {
    expect(envelopesIn([envelope])).toEqual({ envelopes: [envelope], problems: [] });
  });

  test.each<[string, unknown]>([
    ['no list', 'events'],
    ['nothing at all', undefined],
    ['one event that is not in a list', good],
  ])('are none in %s', (_name, argument) => {
    expect(envelopesIn(argument)).toEqual({ envelopes: [], problems: ['the argument is no list of events'] });
  });

  test('that can be used are, beside one that cannot', () => {
    expect(envelopesIn([{ ...good, v: 2 }, good])).toEqual({
      envelopes: [good],
      problems: ['event 1: version 2 is not known'],
    });
  });

  test.each<[string, unknown]>([
    ['no object', null],
    ['no object', []],
    ['it has no id', { ...good, id: 7 }],
    ['no repository', { ...good, repo: 'acme/app' }],
    ['no source', { ...good, source: {} }],
    ['a malformed item', { ...good, item: { isPull: true } }],
    ['a malformed item', { ...good, item: { ...pullItem(), pull: {} } }],
    ['a malformed place', { ...good, arrival: { gateway: 'a' } }],
    ['malformed labels', { ...good, labels: 'lgtm' }],
    ['malformed labels', { ...good, labels: [1] }],
    ['malformed references', { ...good, stored: 'key' }],
    ['malformed events', { ...good, events: undefined }],
    ['malformed events', { ...good, events: [null] }],
    ['malformed events', { ...good, events: [{ kind: 'constructor' }] }],
    ['malformed events', { ...good, events: [{ ...commentEvent(''), body: 7 }] }],
    ['malformed events', { ...good, events: [{ ...pullEvent('labeled'), label: {} }] }],
    ['malformed events', { ...good, events: [{ ...pullEvent('edited'), changes: 1 }] }],
    ['malformed events', { ...good, events: [{ kind: 'quake', action: 'x' }] }],
  ])('with %s are refused in words: %#', (problem, envelope) => {
    expect(envelopesIn([envelope])).toEqual({ envelopes: [], problems: [`event 1: ${problem}`] });
  });

  test('that were taken never make the workflow stumble, whatever else is in them', () => {
    const values: unknown[] = [undefined, null, 0, '', 'x', [], {}, [{}], true];
    const mutants = values.flatMap((value) => [
      ...Object.keys(good).map((field) => ({ ...good, [field]: value })),
      ...Object.keys(pullItem()).map((field) => ({ ...good, item: { ...pullItem(), [field]: value } })),
      ...[pullEvent('edited'), commentEvent('/x'), pushEvent(), statusEvent('c', 's')].flatMap((event) =>
        ['label', ...Object.keys(event)].map((field) => ({ ...good, events: [{ ...event, [field]: value }] })),
      ),
    ]);

    const { envelopes } = envelopesIn(mutants);

    expect(envelopes.length).toBeGreaterThan(100);
    for (const envelope of envelopes) {
      expect(typeof needsResolving(envelope)).toBe('boolean');
      expect(typeof briefOf(envelope).story).toBe('string');
    }
  });
});

describe('the change of a job', () => {
  const change = changeOf(changeJob('unit'), { state: 'success', complete: true, url: 'https://deck' });

  test.each([change, { ...change, change: undefined }])('is taken as it is: %#', (argument) => {
    expect(jobChangeIn(argument)).toBe(argument);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'success'],
    ['no name', { ...change, name: 1 }],
    ['a state that is none', { ...change, state: 'thrilled' }],
    ['no completeness', { ...change, complete: 'yes' }],
    ['an odd URL', { ...change, url: {} }],
    ['a job that is none', { ...change, change: { name: 'x' } }],
    ['a report that is none', { ...change, change: { ...changeJob('unit'), report: {} } }],
  ])('is none in %s', (_name, argument) => {
    expect(jobChangeIn(argument)).toBeUndefined();
  });
});
