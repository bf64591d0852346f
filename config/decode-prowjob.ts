/**
 * A ProwJob from the text of a file, YAML or JSON: decoded by the same rules as configuration, and complete.
 */
import { prowJobTypes, rfc3339, type ProwJob, type ProwJobSpec } from '../domain/prowjob.ts';
import { decodeFile } from './decode-file.ts';
import { ConfigError, type Problem } from './problem.ts';

/** Throws ConfigError. What is only interesting afterwards, such as the times, may be missing. */
export function decodeProwJob(file: string, text: string): ProwJob {
  const problems: Problem[] = [];
  const given = decodeFile('prowJob', file, text, { problem: (problem) => problems.push(problem) });
  if (!given) throw new ConfigError(problems);
  const { kind, metadata = {}, spec = {}, status = {} } = given;
  const need = (key: string, message: string) => problems.push({ file, key, message });
  if (kind !== 'ProwJob') {
    need(
      'kind',
      `must be ProwJob, but is ${kind ? JSON.stringify(kind) : 'missing'}: give one ProwJob, as mkpj prints it`,
    );
    throw new ConfigError(problems);
  }
  const type = prowJobTypes.find((one) => one === spec.type);
  if (!metadata.name) need('metadata.name', 'must be set: the pod gets the same name');
  if (!spec.job) need('spec.job', 'must be set: the name of the job');
  if (!type) need('spec.type', `must be one of ${prowJobTypes.join(', ')}`);
  if (spec.agent && spec.agent !== 'kubernetes') {
    need('spec.agent', `must be kubernetes, but is ${JSON.stringify(spec.agent)}, which runs no pod`);
  }
  if (problems.length > 0 || !metadata.name || !spec.job || !type) throw new ConfigError(problems);
  const now = rfc3339(new Date());
  return {
    apiVersion: 'prow.k8s.io/v1',
    kind: 'ProwJob',
    metadata: {
      name: metadata.name,
      namespace: metadata.namespace ?? '',
      creationTimestamp: metadata.creationTimestamp ?? now,
      labels: metadata.labels ?? {},
      annotations: metadata.annotations ?? {},
    },
    spec: { ...spec, type, job: spec.job } satisfies ProwJobSpec,
    status: {
      startTime: status.startTime ?? now,
      state: 'triggered',
      ...(status.build_id && { build_id: status.build_id }),
    },
  };
}
