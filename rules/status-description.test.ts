import { describe, expect, test } from '@jest/globals';
import { baseOfDescription, describedForBase } from './status-description.ts';

const base = 'b'.repeat(40);
const suffix = ` BaseSHA:${base}`;
const lengthOf = (text: string) => Array.from(text).length;

describe('describedForBase', () => {
  // Lengths of texts up to 85 and from 91 on are those of the reference (golden data, override and crier).
  test.each([
    [0, 72],
    [17, 85],
    [20, 87],
    [36, 99],
    [85, 136],
    [86, 137],
    [89, 139],
    [90, 140],
    [91, 140],
  ])('a text of %d characters is kept; with padding and base it has %d', (length, expected) => {
    const text = 'x'.repeat(length);
    const described = describedForBase(text, base);

    expect(lengthOf(described)).toBe(expected);
    expect(described.startsWith(text)).toBe(true);
    expect(described.endsWith(suffix)).toBe(true);
    expect(described.slice(length, -suffix.length)).toBe('\u2001'.repeat(expected - length - suffix.length));
  });

  test.each([92, 200])('74: the middle of a text of %d characters is left out', (length) => {
    const described = describedForBase(`<${'x'.repeat(length - 2)}>`, base);

    expect(described).toBe(`<${'x'.repeat(42)} ... ${'x'.repeat(42)}>${suffix}`);
    expect(lengthOf(described)).toBe(140);
  });

  test('characters are counted, and none is cut in two', () => {
    expect(describedForBase('\u{1F600}'.repeat(91), base)).toBe('\u{1F600}'.repeat(91) + suffix);
    const cut = describedForBase('\u{1F600}'.repeat(92), base);

    expect(lengthOf(cut)).toBe(140);
    expect(cut).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  });

  test('without a base there is no suffix', () => {
    expect(describedForBase('Job triggered.')).toBe('Job triggered.');
    expect(lengthOf(describedForBase('x'.repeat(200), ''))).toBe(139);
  });
});

describe('baseOfDescription', () => {
  test.each<[string, string, string | undefined]>([
    ['what was written', describedForBase('Overridden by adm', base), base],
    ['the old form', `ok Basesha:${base}`, base],
    ['no base', 'ok', undefined],
    ['no blank before', `okBaseSHA:${base}`, undefined],
    ['too short', 'ok BaseSHA:abc', undefined],
    ['something behind', `ok${suffix} `, undefined],
    ['two', `ok${suffix}${suffix}`, undefined],
    ['another case', `ok BASESHA:${base}`, undefined],
  ])('%s', (_name, description, expected) => {
    expect(baseOfDescription(description)).toBe(expected);
  });
});
