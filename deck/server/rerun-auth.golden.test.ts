import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dump } from 'js-yaml';
import { loadConfig } from '../../config/load.ts';
import { ConfigError } from '../../config/problem.ts';
import type { RerunAuthConfig } from '../../domain/job-config.ts';
import type { ProwJobSpec } from '../../domain/prowjob.ts';
import { deckRerunAuth, mayAnyoneRerun } from '../../rules/rerun-auth.ts';

// The part of Prow's rules that needs no login: which entry counts, and whether it lets anybody act (spec deck.md 1.8 step 1).
// Who else may, `allowed`, comes with logins.

const file = new URL('../../../shared/golden/deck/rerun-auth.jsonl', import.meta.url);
const has = existsSync(file);

interface RerunCase {
  id: string;
  note: string;
  input: {
    deck: Record<string, unknown>;
    job: {
      type: ProwJobSpec['type'];
      org?: string;
      repo?: string;
      extraOrg?: string;
      extraRepo?: string;
      cluster?: string;
      rerun_auth_config?: RerunAuthConfig;
    };
  };
  expect: { anyoneWithoutLogin?: boolean; deckConfigFound?: boolean; loadError?: boolean; jobConfigError?: boolean };
}

const cases = has
  ? readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RerunCase)
  : [];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-rerun-auth-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function load({ deck, job }: RerunCase['input']) {
  writeFileSync(join(folder, 'config.yaml'), dump({ deck }));
  const { rerun_auth_config } = job;
  const spec = { containers: [{ image: 'alpine', command: ['true'] }] };
  // The rule for the job's own entry is the same for all kinds of jobs.
  const periodics = [{ name: 'j', interval: '1h', spec, ...(rerun_auth_config && { rerun_auth_config }) }];
  writeFileSync(join(folder, 'jobs.yaml'), dump({ periodics }));
  return await loadConfig({ configPath: join(folder, 'config.yaml'), jobConfigPaths: [join(folder, 'jobs.yaml')] });
}

function specOf({ type, org, repo, extraOrg, extraRepo, cluster, rerun_auth_config }: RerunCase['input']['job']) {
  return {
    type,
    job: 'j',
    ...(org && repo && { refs: { org, repo } }),
    ...(extraOrg && extraRepo && { extra_refs: [{ org: extraOrg, repo: extraRepo }] }),
    ...(cluster && { cluster }),
    ...(rerun_auth_config && { rerun_auth_config }),
  } satisfies ProwJobSpec;
}

describe('golden data of rerun and abort', () => {
  if (!has) {
    test.skip('golden data is not here (../shared/golden)', () => undefined);
    return;
  }

  test.each(cases)('$id $note', async ({ input, expect: expected }) => {
    if (expected.loadError || expected.jobConfigError) {
      await expect(load(input)).rejects.toBeInstanceOf(ConfigError);
      return;
    }

    const { deck } = (await load(input)).main;

    const spec = specOf(input.job);
    expect({
      anyoneWithoutLogin: mayAnyoneRerun(spec, deck),
      deckConfigFound: deckRerunAuth(spec, deck) !== undefined,
    }).toEqual({ anyoneWithoutLogin: expected.anyoneWithoutLogin, deckConfigFound: expected.deckConfigFound });
  });
});
