/**
 * Buckets as configuration names them: `gs://name`, `s3://name/path`, or a bare name, which means `gs://` (spec jobs.md 2.2).
 */
export interface Bucket {
  /** `gs`, `s3` or another scheme. */
  provider: string;
  name: string;
  /** Path inside the bucket, empty or with a leading slash. */
  path: string;
}

const form = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/;
// What a host name may not contain in a URL, as Go's parser sees it.
const badHost = /[\p{Cc} \\^`{|}%]|:(?!\d*$)/u;
const badPath = /\p{Cc}|%(?![\da-fA-F]{2})/u;

/** Throws an Error that names the bucket. An empty text is a bucket without name, as in Prow. */
export function parseBucket(text: string): Bucket {
  const match = form.exec(text.includes('://') ? text : `gs://${text}`);
  const [, provider = '', name = '', path = ''] = match ?? [];
  if (!match || badHost.test(name) || badPath.test(path)) {
    throw new Error(
      `bucket ${JSON.stringify(text)} has an invalid format: expected <name>[/<path>] or <provider>://<name>[/<path>]`,
    );
  }
  return { provider: provider.toLowerCase(), name, path };
}
