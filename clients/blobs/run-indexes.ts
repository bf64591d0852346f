/**
 * The files that lead to a run (spec jobs.md 6.2): alias and `latest-build.txt`. The one place that writes them, for runs whose
 * executor does what Prow's pod utilities do in a decorated pod: processes, and pods without decoration.
 */
import type { BlobStore, PutOptions } from '../../domain/blob-store.ts';
import { bucketKey } from '../../domain/blob-key.ts';
import type { GcsConfiguration } from '../../domain/job-config.ts';
import type { ProwJobSpec } from '../../domain/prowjob.ts';
import { aliasPath, indexPaths, runUrl } from '../../domain/storage-paths.ts';

const text: PutOptions = { contentType: 'text/plain; charset=utf-8' };

export interface IndexedRun {
  spec: ProwJobSpec;
  storage: GcsConfiguration;
  buildId: string;
}

/** To be called when a run starts and when it has ended: so a slow older run takes `latest-build.txt` over, as in Prow. */
export async function putRunIndexes(blobs: BlobStore, { spec, storage, buildId }: IndexedRun): Promise<void> {
  const bucket = bucketKey(storage);
  const alias = aliasPath(spec, buildId);
  const url = runUrl(spec, storage, buildId);
  for (const path of indexPaths(spec, storage, buildId)) {
    const key = `${bucket}/${path}`;
    if (path === alias) await blobs.put(key, url, { ...text, metadata: { 'x-goog-meta-link': url } });
    else await blobs.put(key, buildId, text);
  }
}
