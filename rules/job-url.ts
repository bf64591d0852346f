/**
 * The details link of a ProwJob (spec jobs.md 4.6): the storage path behind a configured prefix, else what the URL template
 * gives. Computed anew at each transition, so that a template may depend on the state.
 */
import { parseBucket } from '../domain/bucket.ts';
import type { Plank } from '../domain/main-config.ts';
import { joinPath } from '../domain/path-join.ts';
import { mainRefs, type ProwJob, type ProwJobSpec } from '../domain/prowjob.ts';
import { runDirectory } from '../domain/storage-paths.ts';
import type { Template } from './gotemplate/ast.ts';
import { executeTemplate } from './gotemplate/execute-template.ts';
import { parseTemplate } from './gotemplate/parse-template.ts';
import { prowJobView } from './gotemplate/prowjob-view.ts';

/** The part of plank's configuration that links are made from. */
export type UrlSettings = Pick<
  Plank,
  'job_url_template' | 'job_url_prefix_config' | 'jobURLPrefixDisableAppendStorageProvider'
>;

/** Empty where nothing is configured or a template fails: a missing link must never stop a job. */
export function jobUrl(prowJob: ProwJob, { plank }: { plank: UrlSettings }): string {
  try {
    const { spec } = prowJob;
    const prefix = spec.decoration_config ? urlPrefix(spec, plank) : '';
    return prefix ? urlBehind(prefix, prowJob, plank) : urlFromTemplate(prowJob, plank);
  } catch {
    return '';
  }
}

/** The job's own prefix, else the configured one for its repository, its organisation, or all. */
function urlPrefix(spec: ProwJobSpec, { job_url_prefix_config: prefixes = {} }: UrlSettings): string {
  const own = spec.decoration_config?.gcs_configuration?.job_url_prefix;
  if (own) return own;
  const refs = mainRefs(spec);
  const byRepository = refs?.org ? prefixes[`${refs.org}/${refs.repo}`] || prefixes[refs.org] : '';
  return byRepository || prefixes['*'] || '';
}

const urlParts = /^((?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/[^/?#]*)?)([^?#]*)(.*)$/s;

function urlBehind(prefix: string, { spec, status }: ProwJob, plank: UrlSettings): string {
  const storage = spec.decoration_config?.gcs_configuration ?? {};
  const bucket = parseBucket(storage.bucket ?? '');
  const path = joinPath(
    decodeURIComponent(urlParts.exec(prefix)?.[2] ?? ''),
    plank.jobURLPrefixDisableAppendStorageProvider ? '' : bucket.provider,
    bucket.name + bucket.path,
    runDirectory(spec, storage, status.build_id ?? ''),
  );
  const [, origin = '', , rest = ''] = urlParts.exec(prefix) ?? [];
  const separator = origin.includes('//') && !path.startsWith('/') ? '/' : '';
  return origin + separator + escapePath(path) + rest;
}

/** Percent-encoding of a path as Go does it, which also escapes `!'()*`. */
function escapePath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-_.~$&+,/:;=@]+/gu, (text) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
  );
}

/** Parsed once per loaded configuration. */
const templates = new WeakMap<UrlSettings, Template>();

function urlFromTemplate(prowJob: ProwJob, plank: UrlSettings): string {
  let template = templates.get(plank);
  if (!template) {
    template = parseTemplate(plank.job_url_template ?? '');
    templates.set(plank, template);
  }
  return executeTemplate(template, prowJobView(prowJob));
}
