import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { generatedPath, generatePodSchema } from './generate-pod-schema.ts';

test('the committed pod schema is what the generator makes of the installed Kubernetes client', () => {
  const committed = readFileSync(generatedPath, 'utf8');

  expect(committed).toBe(generatePodSchema());
});
