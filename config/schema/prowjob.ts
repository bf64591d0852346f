/**
 * ProwJob objects as they are written to files: by `mkpj`, by `kubectl get`, in `prowjob.json` (spec jobs.md 4.1, 4.3).
 */
import { z } from 'zod';
import { DecorationConfig } from './decoration.ts';
import { ProwJobDefaults, RerunAuthConfig, ReporterConfig } from './job.ts';
import { flag, int, list, part, text, textMap, time } from './kinds.ts';
import { PodSpec } from './pod-spec.ts';
import { Refs } from './refs.ts';

const Metadata = z.object({
  name: text('Name of the ProwJob and of its pod.'),
  namespace: text('Namespace of ProwJobs.'),
  creationTimestamp: time('When it was created.'),
  labels: textMap('Complete labels.'),
  annotations: textMap('Complete annotations.'),
});

const Spec = z.object({
  type: text('presubmit, postsubmit, periodic or batch.'),
  agent: text('What runs the job.'),
  cluster: text('Alias of the build cluster.'),
  namespace: text('Namespace of the pod.'),
  job: text('Name of the job.'),
  refs: part(Refs, 'What is tested.'),
  extra_refs: list(Refs, 'Further repositories.'),
  report: flag('Whether results are reported.'),
  context: text('Context of the commit status.'),
  rerun_command: text('Comment that starts the job again.'),
  max_concurrency: int('Runs of this job at the same time.'),
  error_on_eviction: flag('An evicted pod ends the job.'),
  pod_spec: part(PodSpec, 'The pod to run.'),
  decoration_config: part(DecorationConfig, 'How the pod is wrapped.'),
  reporter_config: part(ReporterConfig, 'Where results are reported.'),
  rerun_auth_config: part(RerunAuthConfig, 'Who may rerun and abort.'),
  hidden: flag('Shown only where hidden jobs are shown.'),
  prowjob_defaults: part(ProwJobDefaults, 'Fields of the ProwJob.'),
  job_queue_name: text('Queue that the job waits in.'),
});

const Status = z.object({
  startTime: time('When it was created.'),
  state: text('What it is doing.'),
  description: text('The same for people.'),
  build_id: text('Number of the run, as decimal digits.'),
});

export const ProwJobObject = z.object({
  apiVersion: text('prow.k8s.io/v1'),
  kind: text('ProwJob'),
  metadata: part(Metadata, 'Name, labels and annotations.'),
  spec: part(Spec, 'What is to be run.'),
  status: part(Status, 'What has happened so far.'),
});
