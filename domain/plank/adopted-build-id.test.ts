import { expect, test } from '@jest/globals';
import { adoptedBuildId } from './adopted-build-id.ts';
import type { PodFacts } from './pod-facts.ts';

const env = (...variables: [string, string?][]) => ({ env: variables.map(([name, value]) => ({ name, value })) });
const label = { 'prow.k8s.io/build-id': '777' };

test.each<[string, Record<string, string>, PodFacts['spec'], string | undefined]>([
  ['the label (spec line 49)', label, { containers: [env(['BUILD_ID', '5'])] }, '777'],
  ['else the variable', {}, { containers: [env(['CI', 'true'], ['BUILD_ID', '5'])] }, '5'],
  ['an empty label is none', { 'prow.k8s.io/build-id': '' }, { containers: [env(['BUILD_ID', '5'])] }, '5'],
  ['of the first container only', {}, { containers: [env(), env(['BUILD_ID', '5'])] }, undefined],
  ['a variable without value is none', {}, { containers: [env(['BUILD_ID'])] }, undefined],
  ['a pod without anything', {}, undefined, undefined],
])('%s', (_name, labels, spec, expected) => {
  expect(adoptedBuildId({ metadata: { name: 'a', labels }, spec })).toBe(expected);
});
