import { describe, expect, test } from '@jest/globals';
import type { ProwJob, ProwJobSpec } from '../domain/prowjob.ts';
import { jobUrl } from './job-url.ts';

const decorated: ProwJobSpec = {
  type: 'periodic',
  job: 'unit',
  decoration_config: { gcs_configuration: { bucket: 'gs://logs', path_strategy: 'explicit' } },
};

function prowJob(spec: ProwJobSpec): ProwJob {
  return {
    apiVersion: 'prow.k8s.io/v1',
    kind: 'ProwJob',
    metadata: { name: 'n', namespace: '', creationTimestamp: '', labels: {}, annotations: {} },
    spec,
    status: { startTime: '2026-08-22T10:00:00Z', state: 'triggered', build_id: '77' },
  };
}
function urlBehind(prefix: string, settings = {}): string {
  return jobUrl(prowJob(decorated), { plank: { job_url_prefix_config: { '*': prefix }, ...settings } });
}

describe('links behind a prefix', () => {
  test.each([
    ['https://deck.example/view/', 'https://deck.example/view/gs/logs/logs/unit/77'],
    ['https://deck.example', 'https://deck.example/gs/logs/logs/unit/77'],
    ['https://deck.example/a b/?q=1', 'https://deck.example/a%20b/gs/logs/logs/unit/77?q=1'],
    ['/view', '/view/gs/logs/logs/unit/77'],
  ])('%s', (prefix, expected) => {
    expect(urlBehind(prefix)).toBe(expected);
  });

  test('without the storage provider', () => {
    expect(urlBehind('https://d/', { jobURLPrefixDisableAppendStorageProvider: true })).toBe(
      'https://d/logs/logs/unit/77',
    );
  });

  test('the narrowest prefix wins: own, repository, organisation, all', () => {
    const plank = { job_url_prefix_config: { '*': 'https://all', o: 'https://org', 'o/r': 'https://repo' } };
    const at = (org: string, repo: string) =>
      jobUrl(prowJob({ ...decorated, extra_refs: [{ org, repo }] }), { plank }).split('/')[2];
    const own = { ...decorated.decoration_config?.gcs_configuration, job_url_prefix: 'https://own' };

    expect([at('o', 'r'), at('o', 'x'), at('x', 'r')]).toEqual(['repo', 'org', 'all']);
    expect(jobUrl(prowJob({ ...decorated, decoration_config: { gcs_configuration: own } }), { plank })).toMatch(
      /^https:\/\/own\//,
    );
  });
});

describe('links from the template', () => {
  const undecorated: ProwJobSpec = { type: 'periodic', job: 'unit' };

  test('are used without decoration, even where a prefix is configured', () => {
    const plank = {
      job_url_template: 'x/{{.Spec.Job}}/{{.Status.State}}',
      job_url_prefix_config: { '*': 'https://d' },
    };

    expect(jobUrl(prowJob(undecorated), { plank })).toBe('x/unit/triggered');
  });

  test.each([
    ['a template that fails', '{{.Spec.Refs.Org}}'],
    ['a template that does not parse', '{{.Spec'],
    ['no template', undefined],
  ])('%s gives an empty link', (_name, template) => {
    expect(jobUrl(prowJob(undecorated), { plank: template === undefined ? {} : { job_url_template: template } })).toBe(
      '',
    );
  });
});
