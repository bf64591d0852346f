import { expect, test } from '@jest/globals';
import { kindOfRequest } from '../request-kind.ts';
import { createAccounts } from './accounts.ts';

const issue = kindOfRequest('POST', '/repos/a/b/issues');

test('an account keeps its budget while it counts, and is forgotten after', async () => {
  let now = 0;
  const accounts = createAccounts({ limits: { writesPerHour: 1 }, holdMs: 0, now: () => now });
  const first = accounts.of('one');
  const entered = await first.admission.enter(issue);
  expect(await accounts.of('one').admission.enter(issue)).toEqual({ waitMs: 3_600_000 });

  now += 3_000_000;
  expect(accounts.of('one')).toBe(first);
  now += 7_200_000;
  accounts.of('two');
  // Something is still under way.
  expect(accounts.of('one')).toBe(first);
  if ('leave' in entered) entered.leave();
  now += 7_200_000;
  accounts.of('two');
  expect(accounts.of('one')).not.toBe(first);
});
