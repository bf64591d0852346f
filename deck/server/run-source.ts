/** Which run an address means: the text after `/view/` (spec deck.md 2.1), as untrusted as any other part of an address. */
import { HttpError } from './http-error.ts';

export interface RunSource {
  job: string;
  buildId: string;
  /** Blob key of the run's folder; undefined where the ProwJob is to say it. */
  key?: string;
}

/** Providers of storage in addresses; all of them mean the one store that Deck has. */
const providers = new Set(['gs', 'gcs', 's3', 'file']);

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
  if (!providers.has(kind)) throw new HttpError(404, `Storage of kind ${JSON.stringify(kind)} is not known.`);
  return { job, buildId, key: parts.slice(1).join('/') };
}
