import { describe, expect, test } from '@jest/globals';
import type { PodSpec, Preset } from '../domain/job-config.ts';
import { applyPresets, presetApplies } from './presets.ts';

describe('which presets apply (spec 1.9)', () => {
  test.each([
    [{}, {}, true],
    [{}, { x: '1' }, true],
    [{ a: '1' }, { a: '1', b: '2' }, true],
    [{ a: '1', b: '2' }, { a: '1' }, false],
    [{ a: '1' }, { a: '2' }, false],
  ])('labels %j for a job with %j: %s', (labels, jobLabels, applies) => {
    expect(presetApplies({ labels }, jobLabels)).toBe(applies);
  });
});

describe('what presets add (spec 1.9)', () => {
  const preset: Preset = {
    env: [{ name: 'A', value: 'a' }],
    volumes: [{ name: 'v' }],
    volumeMounts: [{ name: 'v', mountPath: '/v' }],
    tolerations: [{ key: 'k', operator: 'Exists' }],
  };

  test('every container gets variables and mounts, the pod volumes and tolerations, init containers nothing', () => {
    const spec: PodSpec = {
      containers: [{ name: 'x' }, { name: 'y', env: [{ name: 'B' }] }],
      initContainers: [{ name: 'i' }],
    };

    const problems = applyPresets(spec, undefined, [preset]);

    expect(problems).toEqual([]);
    expect(spec).toEqual({
      containers: [
        { name: 'x', env: preset.env, volumeMounts: preset.volumeMounts },
        { name: 'y', env: [{ name: 'B' }, { name: 'A', value: 'a' }], volumeMounts: preset.volumeMounts },
      ],
      initContainers: [{ name: 'i' }],
      volumes: preset.volumes,
      tolerations: preset.tolerations,
    });
  });

  test.each([
    ['variable A', { containers: [{ env: [{ name: 'A' }] }] }],
    ['volume v', { containers: [], volumes: [{ name: 'v' }] }],
    ['mounts the volume v', { containers: [{ volumeMounts: [{ name: 'v', mountPath: '/x' }] }] }],
    ['toleration', { containers: [], tolerations: [{ operator: 'Exists', key: 'k', value: '' }] }],
  ] satisfies [string, PodSpec][])('a collision is a problem: %s', (words, spec) => {
    const problems = applyPresets(spec, undefined, [preset]);

    expect(problems).toEqual([expect.stringContaining(words)]);
  });

  test('later presets see what earlier ones added', () => {
    const problems = applyPresets({ containers: [{}] }, { x: '1' }, [
      { env: [{ name: 'A' }] },
      { labels: { x: '1' }, env: [{ name: 'A' }] },
    ]);

    expect(problems).toEqual(['the preset x: 1 sets the variable A, which the container already has']);
  });
});
