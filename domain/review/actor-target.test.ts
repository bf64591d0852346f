import { describe, expect, test } from '@jest/globals';
import { actorId, targetOfActor, type ActorTarget } from './actor-target.ts';

describe('an actor is known by its id', () => {
  test.each<[string, ActorTarget]>([
    ['change:github:acme!app:7', { kind: 'change', host: 'github', org: 'acme', repo: 'app', number: 7 }],
    ['repo:ghe-corp:acme!app.io', { kind: 'repo', host: 'ghe-corp', org: 'acme', repo: 'app.io' }],
    ['repo:gitlab:a!b!c', { kind: 'repo', host: 'gitlab', org: 'a/b', repo: 'c' }],
  ])('%s', (id, target) => {
    expect(actorId(target)).toBe(id);
    expect(targetOfActor(id)).toEqual(target);
  });

  test.each([
    '',
    'job:abc',
    'periodic-loop:a!b',
    'tide:github:acme!app',
    'change:github:acme!app',
    'change:github:acme!app:x',
    'change:github:acme!app:07',
    'repo:github:app',
    'repo:github:acme!app:7',
    actorId({ kind: 'repo', host: 'github', org: 'o'.repeat(100), repo: 'r'.repeat(100) }),
  ])('%j is of none', (id) => {
    expect(targetOfActor(id)).toBeUndefined();
  });
});
