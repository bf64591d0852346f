/** Looking into bodies that pass, where limits and tokens are told. What is too long or is no JSON says nothing. */
import { gunzipSync } from 'node:zlib';
import { listAt, objectOf, textAt, type Json } from '../payload.ts';
import type { AnswerHeaders } from './headers.ts';

/** As it comes; what we look for is much shorter. */
const longest = 64 * 1024;

export function jsonOf(headers: Readonly<Partial<AnswerHeaders>>, body: Buffer): Json | undefined {
  if (body.length > longest) return undefined;
  try {
    const isPacked = headers['content-encoding'] === 'gzip';
    const plain = isPacked ? gunzipSync(body, { maxOutputLength: 16 * longest }) : body;
    return objectOf(JSON.parse(plain.toString()));
  } catch {
    return undefined;
  }
}

/** The host's words in a refusal. */
export function wordsOf(answer: Json | undefined): string {
  return answer ? textAt(answer, 'message') : '';
}

/** The graph refuses with status 200. */
export function isGraphLimit(answer: Json | undefined): boolean {
  return listAt(answer ?? {}, 'errors').some((error) => textAt(error, 'type') === 'RATE_LIMITED');
}

/** What the graph is asked. */
export function documentOf(body: Buffer | undefined): string {
  try {
    return textAt(objectOf(JSON.parse(body?.toString() ?? '')) ?? {}, 'query');
  } catch {
    return '';
  }
}
