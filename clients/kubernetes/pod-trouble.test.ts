import { describe, expect, test } from '@jest/globals';
import type { Pod } from './api-types.ts';
import { podTrouble, withTrouble } from './pod-trouble.ts';

const metadata = { name: 'a', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-11-23T12:00:00Z' };
const trouble = (status: Pod['status']) => podTrouble({ metadata, ...(status && { status }) });
const pulling = {
  name: 'test',
  state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"' } },
};

describe('podTrouble', () => {
  test.each<[string, Pod['status'], string | undefined]>([
    ['no status', undefined, undefined],
    [
      'an image that cannot be pulled',
      { phase: 'Pending', containerStatuses: [pulling] },
      'test: ImagePullBackOff: Back-off pulling image "x"',
    ],
    [
      'a container that is being made',
      { phase: 'Pending', containerStatuses: [{ name: 'test', state: { waiting: { reason: 'ContainerCreating' } } }] },
      undefined,
    ],
    [
      'no node takes it',
      {
        phase: 'Pending',
        conditions: [
          { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available' },
        ],
      },
      'Unschedulable: 0/1 nodes are available',
    ],
    ['a node took it', { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True' }] }, undefined],
    [
      'a failed init container says what it said last',
      {
        phase: 'Failed',
        initContainerStatuses: [
          { name: 'clonerefs', state: { terminated: { exitCode: 1, reason: 'Error', message: 'a\nno such ref\n' } } },
        ],
      },
      'init container clonerefs: exit code 1: no such ref',
    ],
    [
      'a failed test is no trouble',
      {
        phase: 'Failed',
        containerStatuses: [{ name: 'test', state: { terminated: { exitCode: 1, reason: 'Error', message: 'FAIL' } } }],
      },
      undefined,
    ],
    [
      'killed for memory',
      {
        phase: 'Failed',
        containerStatuses: [
          { name: 'test', state: { terminated: { exitCode: 137, reason: 'OOMKilled', message: 'x' } } },
        ],
      },
      'test: OOMKilled',
    ],
    ['the pod itself', { phase: 'Failed', reason: 'Evicted', message: 'low on memory' }, 'Evicted: low on memory'],
  ])('%s', (_name, status, expected) => {
    expect(trouble(status)).toBe(expected);
  });

  test('of a pod whose containers are still being made, the last warning about it', () => {
    const creating = { name: 'test', state: { waiting: { reason: 'ContainerCreating' } } };
    const status = { phase: 'Pending', containerStatuses: [creating] };
    const events = [
      {
        type: 'Warning',
        reason: 'FailedMount',
        message: 'secret "s" not found',
        lastTimestamp: '2026-11-23T12:00:09Z',
      },
      { type: 'Warning', reason: 'NetworkNotReady', message: 'wait', lastTimestamp: '2026-11-23T12:00:01Z' },
      { type: 'Normal', reason: 'Scheduled', eventTime: '2026-11-23T12:00:10Z' },
    ];

    expect(podTrouble({ metadata, status }, events)).toBe('FailedMount: secret "s" not found');
    expect(podTrouble({ metadata, status: { phase: 'Running' } }, events)).toBeUndefined();
  });

  test('hostile words are cut and cleaned', () => {
    const text = trouble({ reason: 'Bad', message: `\u001b[31m\n\u202e${'x'.repeat(1000)}` }) ?? '';

    expect(text).toMatch(/^Bad: \[31m x+…$/);
    expect(Array.from(text)).toHaveLength(300);
  });
});

test("Prow's text comes first", () => {
  expect(withTrouble('Pod pending timeout.', 'test: ErrImagePull')).toBe('Pod pending timeout. (test: ErrImagePull)');
  expect(withTrouble('Job failed.', undefined)).toBe('Job failed.');
});
