/** JSON of what Octokit has read, which gives whole numbers as bigint where JavaScript's own numbers would change them. */

/** Stands in no text that comes from outside by chance: it is another one in each process. */
const mark = `bigint-${crypto.randomUUID()}:`;
const marked = new RegExp(`"${mark}(-?\\d+)"`, 'g');

export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? `${mark}${one}` : one)).replaceAll(
    marked,
    '$1',
  );
}
