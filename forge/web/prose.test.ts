import { expect, test } from '@jest/globals';
import { prose } from './prose.ts';

test.each<[name: string, text: string, html: string]>([
  ['text', 'Hello <b>&"you"</b>', 'Hello &#60;b&#62;&#38;&#34;you&#34;&#60;/b&#62;'],
  ['bold and code', '**failed**: `/test unit`', '<b>failed</b>: <code>/test unit</code>'],
  ['a link', '[log](http://h/x?a=1&b=2)', '<a href="http://h/x?a=1&#38;b=2" rel="noopener noreferrer">log</a>'],
  ['a bold name of a link', '[**A**](http://h/)', '<a href="http://h/" rel="noopener noreferrer">A</a>'],
  ['a link that would run', '[x](javascript:alert(1))', '[x](javascript:alert(1))'],
  [
    'a link that leaves its attribute',
    '[x](http://h/"onclick="y)',
    '<a href="http://h/&#34;onclick=&#34;y" rel="noopener noreferrer">x</a>',
  ],
  ['markup in what is bold', '**<img src=x>**', '<b>&#60;img src=x&#62;</b>'],
  ['notes of robots', 'a\n<!-- META={} -->\n<details open>\nb\n</details>\n<!-- x -->', 'a\n\n\nb'],
  ['a note that does not end', 'a <!-- b', 'a &#60;!-- b'],
])('%s', (_name, text, html) => {
  expect(prose(text)).toBe(html);
});

test('nothing takes long', () => {
  const started = performance.now();
  for (const piece of ['<!--', '[', '**', '`', '<details', '[x](http://']) prose(piece.repeat(20_000));
  expect(performance.now() - started).toBeLessThan(5_000);
});
