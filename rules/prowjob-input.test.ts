import { expect, test } from '@jest/globals';
import type { LoadedConfig } from '../domain/main-config.ts';
import { localSite, unservedSite } from '../domain/wire.ts';
import { inputForProwJob, type InputSettings } from './prowjob-input.ts';

const config = {
  main: {
    prowjob_namespace: 'default',
    plank: {
      max_concurrency: 0,
      max_revivals: 3,
      pod_pending_timeout: '10m',
      pod_running_timeout: '48h',
      pod_unscheduled_timeout: '5m',
      default_decoration_config_entries: [],
    },
  },
  generation: 'g1',
} as unknown as LoadedConfig;

const siteOf = (cluster: string | undefined, settings: InputSettings) =>
  inputForProwJob({ spec: { type: 'periodic', job: 'a', ...(cluster && { cluster }) } }, config, settings).site;

test.each<[string, string | undefined, InputSettings, string]>([
  ['pods run in the cluster of their job', 'build-a', { executor: 'kubernetes' }, 'build-a'],
  ['a job that names no cluster runs in the default one', undefined, { executor: 'kubernetes' }, 'default'],
  ['a cluster that is known', 'build-a', { executor: 'kubernetes', clusters: ['default', 'build-a'] }, 'build-a'],
  [
    '55: a cluster that nobody serves is where jobs are refused',
    'build-b',
    { executor: 'kubernetes', clusters: ['default', 'build-a'] },
    unservedSite,
  ],
  ['processes run here, whatever the job says', 'build-a', { executor: 'process' }, localSite],
])('%s', (_name, cluster, settings, expected) => {
  expect(siteOf(cluster, settings)).toBe(expected);
});
