import { expect, test } from '@jest/globals';
import { GitFailure } from '../clients/git/git-failure.ts';
import { HostRateLimited, HostRefusal, HostUnavailable } from '../providers/host-failures.ts';
import { hostFailure } from './host-failure.ts';

test('a limit is waited for as long as the host says, without noise', () => {
  expect(hostFailure(new HostRateLimited('GET /x', 1_800_000))).toMatchObject({
    type: 'HostRateLimited',
    nextRetryDelay: 1_800_000,
    category: 'BENIGN',
    nonRetryable: false,
  });
});

test('a host that is away is asked again, a refusal is final', () => {
  expect(hostFailure(new HostUnavailable('GET /x', 'down'))).toMatchObject({
    type: 'HostUnavailable',
    nonRetryable: false,
  });
  expect(hostFailure(new HostRefusal('HostForbidden', 'GET /x', 403, 'no'))).toMatchObject({
    type: 'HostForbidden',
    nonRetryable: true,
  });
});

test('so it is with git', () => {
  expect(hostFailure(new GitFailure('HostUnavailable', 'fetch o/r', 'down'))).toMatchObject({
    type: 'HostUnavailable',
    nonRetryable: false,
    message: 'Cannot fetch o/r: down',
  });
  expect(hostFailure(new GitFailure('HostAuth', 'fetch o/r', 'no'))).toMatchObject({
    type: 'HostAuth',
    nonRetryable: true,
  });
});

test('other errors stay what they are', () => {
  const error = new Error('bug');

  expect(hostFailure(error)).toBe(error);
});
