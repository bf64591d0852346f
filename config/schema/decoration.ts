/**
 * `decoration_config`: how a job's pod gets clone, log and artifact handling (spec jobs.md 2.2). Merging is in
 * `rules/decoration.ts`.
 */
import { z } from 'zod';
import { duration, flag, int, lenientDuration, list, part, quantity, text, textMap, texts } from './kinds.ts';
import { PodAffinity, PodResources, PodToleration } from './pod-spec.ts';

const SecretKey = z.object({
  name: text('Name of the Kubernetes secret.'),
  key: text('Key in the secret.'),
});

const UtilityImages = z.object({
  clonerefs: text('Image that clones the repositories.'),
  initupload: text('Image that writes started.json and the clone log.'),
  entrypoint: text('Image that holds the wrapper around the test process.'),
  sidecar: text('Image that uploads log and artifacts.'),
});

const UtilityResources = z.object({
  clonerefs: part(PodResources, 'Resources of the clonerefs container.'),
  initupload: part(PodResources, 'Resources of the initupload container.'),
  place_entrypoint: part(PodResources, 'Resources of the place-entrypoint container.'),
  sidecar: part(PodResources, 'Resources of the sidecar container.'),
});

export const GcsConfiguration = z.object({
  bucket: text('Bucket for results: gs://x, s3://x, or a bare name, which means gs://.'),
  path_prefix: text('Path in the bucket before everything else.'),
  path_strategy: text('How org and repo appear in paths: legacy, single or explicit.'),
  default_org: text('Organisation left out of paths by legacy and single.'),
  default_repo: text('Repository left out of paths by legacy and single.'),
  mediaTypes: textMap('Media type by file extension, in addition to the built-in ones.'),
  job_url_prefix: text('URL before the storage path in links to results.'),
  local_output_dir: text('Folder to copy results to instead of uploading them.'),
  compress_file_types: texts('File extensions that are gzipped on upload; * means all.'),
});

const CensoringOptions = z.object({
  censoring_concurrency: int('Files censored at the same time; 10 by default.'),
  censoring_buffer_size: int('Bytes of a file held in memory; 10 MiB by default.'),
  include_directories: texts('Globs of the artifacts to censor; all by default.'),
  exclude_directories: texts('Globs of the artifacts not to censor.'),
  minimum_secret_length: int('Shorter secrets are not censored.'),
});

const SchedulingOptions = z.object({
  affinity: part(PodAffinity, 'Affinity of pods that set none.'),
  tolerations: list(PodToleration, 'Tolerations of pods that set none.'),
});

export const DecorationConfig = z.object({
  timeout: lenientDuration('How long the test process may run; 2h if unset.'),
  grace_period: lenientDuration('Time between SIGINT and SIGKILL; 15s if unset.'),
  utility_images: part(UtilityImages, 'Images of the pod utilities.'),
  resources: part(UtilityResources, "Resources of the pod utilities' containers."),
  gcs_configuration: part(GcsConfiguration, 'Where results are stored.'),
  gcs_credentials_secret: text('Secret with the service account for GCS; an empty text switches a default off.'),
  s3_credentials_secret: text('Secret with the credentials for S3; an empty text switches a default off.'),
  default_service_account_name: text('Service account of pods that name none.'),
  ssh_key_secrets: texts('Secrets with SSH keys for cloning.'),
  ssh_host_fingerprints: texts('Known SSH hosts.'),
  cookiefile_secret: text('Secret with a git cookie file, as secret or secret/key.'),
  oauth_token_secret: part(SecretKey, 'Secret with an OAuth token for cloning.'),
  github_api_endpoints: texts('GitHub API endpoints for cloning as a GitHub app.'),
  github_app_id: text('Id of the GitHub app for cloning.'),
  github_app_private_key_secret: part(SecretKey, "Secret with the GitHub app's private key."),
  skip_cloning: flag('Clone nothing.'),
  blobless_fetch: flag('Fetch file contents only when they are needed, for refs that do not say.'),
  sparse_checkout_files: texts('Paths of the primary ref to check out; everything by default.'),
  censor_secrets: flag('Hide values of mounted secrets in log and artifacts.'),
  censoring_options: part(CensoringOptions, 'How secrets are hidden.'),
  upload_ignores_interrupts: flag('Keep uploading when the pod is being ended.'),
  set_limit_equals_memory_request: flag('Set memory limits to the memory requests.'),
  default_memory_request: quantity('Memory request of containers that set none.'),
  scheduling_options: part(SchedulingOptions, 'Scheduling of pods that do not say.'),
  pod_pending_timeout: duration("Overrides plank's pod_pending_timeout."),
  pod_running_timeout: duration("Overrides plank's pod_running_timeout."),
  pod_unscheduled_timeout: duration("Overrides plank's pod_unscheduled_timeout."),
  run_as_user: int('User id of the pod.'),
  run_as_group: int('Group id of the pod.'),
  fs_group: int("Group id of the pod's volumes."),
});
