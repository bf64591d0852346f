/** The budget of each account, for as long as what was asked may count. */
import { createRateBudget } from '../rate-budget.ts';
import type { RateLimits } from '../rate-limits.ts';
import { createAdmission, type Admission } from './admission.ts';

export interface Account {
  /** Fit for logs and metrics. */
  name: string;
  admission: Admission;
}

export interface Accounts {
  /** Made when it is first asked for. */
  of(name: string): Account;
}

export interface AccountsOptions {
  limits: RateLimits;
  /** Milliseconds for which a request may be held. */
  holdMs: number;
  now: () => number;
}

/** Milliseconds after which nothing of an account counts any more: the longest limit is for an hour. */
const rememberMs = 2 * 3_600_000;

export function createAccounts({ limits, holdMs, now }: AccountsOptions): Accounts {
  const accounts = new Map<string, { account: Account; usedAt: number }>();

  function forgetOld(): void {
    for (const [name, { account, usedAt }] of accounts) {
      if (usedAt > now() - rememberMs) return;
      if (account.admission.isIdle()) accounts.delete(name);
    }
  }

  return {
    of(name) {
      const known = accounts.get(name)?.account;
      const budget = () => createRateBudget({ ...limits, now });
      const account = known ?? { name, admission: createAdmission({ budget: budget(), holdMs, now }) };
      // The least recently used are first.
      accounts.delete(name);
      accounts.set(name, { account, usedAt: now() });
      forgetOld();
      return account;
    },
  };
}
