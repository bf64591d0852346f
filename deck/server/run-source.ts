/** Which run an address means: the text after `/view/` (spec deck.md 2.1), as untrusted as any other part of an address. */
import { keyOfPlace } from '../../domain/blob-key.ts';
import { HttpError } from './http-error.ts';

export interface RunSource {
  job: string;
  buildId: string;
  /** Blob key of the run's folder; undefined where the ProwJob is to say it. */
  key?: string;
}

/** Providers of storage in addresses, and what keys call them. */
const providers = new Map([
  ['gs', 'gs'],
  ['gcs', 'gs'],
  ['s3', 's3'],
  ['file', 'gs'],
]);

/** `prowjob/<job>/<build id>` or `<provider>/<bucket>/<path>/<job>/<build id>`. Throws 400 and 404. */
export function parseRunSource(source: string): RunSource {
  const parts = source.replace(/\/+$/, '').split('/');
  const [kind = ''] = parts;
  const [job, buildId] = parts.slice(-2);
  const isPath = parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\0\\]/.test(part));
  if (parts.length < 3 || !job || !buildId || !isPath) {
    throw new HttpError(400, 'Expected /view/prowjob/JOB/BUILD or /view/PROVIDER/BUCKET/PATH/JOB/BUILD.');
  }
  if (kind === 'prowjob') {
    if (parts.length > 3) throw new HttpError(404, `No run is at ${JSON.stringify(source)}.`);
    return { job, buildId };
  }
  const provider = providers.get(kind);
  if (provider === undefined) throw new HttpError(404, `Storage of kind ${JSON.stringify(kind)} is not known.`);
  return { job, buildId, key: keyOfPlace({ provider, rest: parts.slice(1).join('/') }) };
}
