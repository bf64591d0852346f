import { describe, expect, test } from '@jest/globals';
import { createLogText, defaultLimits, type LogText } from './log-text.ts';

const escape = '\u001b';

function linesOf(text: LogText) {
  return text.blocks.flatMap(({ lines }) => lines);
}

function textsOf(text: LogText): string[] {
  return linesOf(text).map(({ spans }) => spans.map(({ text: each }) => each).join(''));
}

function read(...pieces: string[]): LogText {
  const builder = createLogText();
  for (const piece of pieces) builder.append(piece);
  return builder.end();
}

describe('lines', () => {
  test('pieces may end anywhere', () => {
    expect(textsOf(read('on', 'e\ntw', 'o\n\nfour'))).toEqual(['one', 'two', '', 'four']);
    expect(linesOf(read('a\nb\n')).map(({ number }) => number)).toEqual([1, 2]);
  });

  test('a line that has not ended is shown as it is', () => {
    const text = createLogText().append('done\nworking');

    expect([textsOf(text), text.tail, text.tailNumber]).toEqual([['done'], 'working', 2]);
  });

  test('of a line that was overwritten, the last state is shown', () => {
    expect(textsOf(read('10%\r50%\r100%\nnext\r\n'))).toEqual(['100%', 'next']);
  });

  test('a long line is cut into pieces of one line number', () => {
    const lines = linesOf(read(`${'x'.repeat(4_500)}\nnext\n`));

    expect(lines.map(({ number, continued }) => [number, continued])).toEqual([
      [1, false],
      [1, true],
      [1, true],
      [2, false],
    ]);
    expect(lines.every(({ spans }) => (spans[0]?.text.length ?? 0) <= defaultLimits.piece)).toBe(true);
  });

  test('blocks that are full stay the same objects', () => {
    const builder = createLogText();
    const [first] = builder.append('x\n'.repeat(250)).blocks;

    expect(builder.append('y\n').blocks[0]).toBe(first);
  });

  test('memory is bounded, whatever a job writes', () => {
    const many = read('line\n'.repeat(50_000));
    const builder = createLogText();
    for (let written = 0; written < 100; written++) builder.append('x'.repeat(100_000));
    const long = builder.end();

    expect(linesOf(many).length).toBeLessThanOrEqual(defaultLimits.lines);
    expect(linesOf(many).length + many.dropped).toBe(50_000);
    expect(textsOf(many).at(-1)).toBe('line');
    expect(linesOf(many).at(-1)?.number).toBe(50_000);
    expect(textsOf(long).join('').length).toBeLessThanOrEqual(defaultLimits.characters);
  });
});

describe('colours', () => {
  const spans = (text: string) => linesOf(read(text)).map((line) => line.spans);

  test('colours and weights become classes', () => {
    expect(spans(`a ${escape}[1;31mred${escape}[0m b`)).toEqual([
      [{ text: 'a ' }, { text: 'red', className: 'ansi-bold ansi-fg-red' }, { text: ' b' }],
    ]);
  });

  test('an empty code resets', () => {
    expect(spans(`${escape}[32mgreen${escape}[m plain`)[0]).toEqual([
      { text: 'green', className: 'ansi-fg-green' },
      { text: ' plain' },
    ]);
  });

  test('a colour lasts over the end of its line', () => {
    expect(spans(`${escape}[32mone\ntwo${escape}[0m`).map((line) => line[0]?.className)).toEqual([
      'ansi-fg-green',
      'ansi-fg-green',
    ]);
  });

  test('of 256 colours and true colour the values are kept', () => {
    expect(spans(`${escape}[38;5;196mx${escape}[0m${escape}[48;2;1;2;3my`)[0]).toEqual([
      { text: 'x', color: '#ff0000' },
      { text: 'y', background: '#010203' },
    ]);
  });

  test.each([
    ['cursor movement', `a${escape}[2Kb${escape}[1;1Hc`, 'abc'],
    ['titles', `a${escape}]0;title\u0007b`, 'ab'],
    ['links', `${escape}]8;;https://evil.example${escape}\\text${escape}]8;;${escape}\\`, 'text'],
    ['one-letter sequences', `a${escape}cb`, 'ab'],
    ['a sequence that breaks off', `a${escape}[3`, 'a\u241b[3'],
  ])('%s are left out', (_name, given, expected) => {
    expect(textsOf(read(given))).toEqual([expected]);
  });
});

describe('hostile text', () => {
  test('markup is text', () => {
    expect(textsOf(read('<img src=x onerror=alert(1)>'))).toEqual(['<img src=x onerror=alert(1)>']);
  });

  test('control characters and directions of writing show as pictures', () => {
    expect(textsOf(read('a\u0000b\u0007c\u007fd\u202ee\n'))).toEqual(['a\u2400b\u2407c\u2421d\ufffde']);
  });

  test('a megabyte without any line end takes no time', () => {
    const started = performance.now();

    read(`${escape}[`.repeat(250_000), `${escape}]`.repeat(250_000));

    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
