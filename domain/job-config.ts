/**
 * Jobs as they are after loading: decoded, defaulted, with presets and decoration applied (spec jobs.md 2).
 *
 * Plain interfaces in Prow's wire names. The zod schemas in `config/` produce them; rules, workflows and plugins read them.
 */

export interface Pull {
  number: number;
  author: string;
  sha: string;
  title?: string;
  /** The ref to fetch instead of the SHA, for hosts that do not serve `pull/<n>/head`. */
  ref?: string;
  head_ref?: string;
  link?: string;
  commit_link?: string;
  author_link?: string;
}

export interface Refs {
  org: string;
  repo: string;
  repo_link?: string;
  base_ref?: string;
  base_sha?: string;
  base_link?: string;
  pulls?: Pull[];
  path_alias?: string;
  workdir?: boolean;
  auxiliary?: boolean;
  clone_uri?: string;
  skip_submodules?: boolean;
  clone_depth?: number;
  skip_fetch_head?: boolean;
  blobless_fetch?: boolean;
  sparse_checkout_files?: string[];
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: unknown;
}

/** The parts of a Kubernetes container that our rules read; everything else passes through unread. */
export interface Container {
  name?: string;
  image?: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  env?: EnvVar[];
  volumeMounts?: VolumeMount[];
  resources?: Resources;
  [field: string]: unknown;
}

/** Amounts are Kubernetes quantities in canonical form. */
export interface Resources {
  requests?: Record<string, string>;
  limits?: Record<string, string>;
  [field: string]: unknown;
}

export interface VolumeMount {
  name: string;
  mountPath: string;
  [field: string]: unknown;
}

export interface Volume {
  name: string;
  [field: string]: unknown;
}

export interface PodSpec {
  containers?: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  tolerations?: Record<string, unknown>[];
  serviceAccountName?: string;
  securityContext?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface GcsConfiguration {
  /** `gs://x`, `s3://x`, or bare, which means `gs://`. */
  bucket?: string;
  path_prefix?: string;
  path_strategy?: string;
  default_org?: string;
  default_repo?: string;
  mediaTypes?: Record<string, string>;
  job_url_prefix?: string;
  local_output_dir?: string;
  compress_file_types?: string[];
}

/** Durations are Go duration texts in canonical form (`2h0m0s`), as Prow serialises them. */
export interface DecorationConfig {
  timeout?: string;
  grace_period?: string;
  utility_images?: { clonerefs?: string; initupload?: string; entrypoint?: string; sidecar?: string };
  resources?: { clonerefs?: Resources; initupload?: Resources; place_entrypoint?: Resources; sidecar?: Resources };
  gcs_configuration?: GcsConfiguration;
  gcs_credentials_secret?: string;
  s3_credentials_secret?: string;
  default_service_account_name?: string;
  ssh_key_secrets?: string[];
  ssh_host_fingerprints?: string[];
  cookiefile_secret?: string;
  oauth_token_secret?: { name?: string; key?: string };
  github_api_endpoints?: string[];
  github_app_id?: string;
  github_app_private_key_secret?: { name?: string; key?: string };
  skip_cloning?: boolean;
  blobless_fetch?: boolean;
  sparse_checkout_files?: string[];
  censor_secrets?: boolean;
  censoring_options?: Record<string, unknown>;
  upload_ignores_interrupts?: boolean;
  set_limit_equals_memory_request?: boolean;
  default_memory_request?: string;
  scheduling_options?: { affinity?: Record<string, unknown>; tolerations?: Record<string, unknown>[] };
  pod_pending_timeout?: string;
  pod_running_timeout?: string;
  pod_unscheduled_timeout?: string;
  run_as_user?: number;
  run_as_group?: number;
  fs_group?: number;
}

export interface SlackReporterConfig {
  host?: string;
  channel?: string;
  job_states_to_report?: string[];
  report_template?: string;
  report?: boolean;
}
export interface ReporterConfig {
  slack?: SlackReporterConfig;
}

export interface RerunAuthConfig {
  allow_anyone?: boolean;
  github_team_ids?: number[];
  github_team_slugs?: { slug: string; org: string }[];
  github_users?: string[];
  github_orgs?: string[];
}

export interface ProwJobDefaults {
  resultstore_config?: { project_id?: string };
  tenant_id?: string;
}

export interface Preset {
  labels?: Record<string, string>;
  env?: EnvVar[];
  volumes?: Volume[];
  volumeMounts?: VolumeMount[];
  tolerations?: Record<string, unknown>[];
}

/** Fields common to all kinds of job (spec 2.1). */
export interface JobBase {
  name: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  max_concurrency?: number;
  agent?: string;
  cluster?: string;
  namespace?: string;
  error_on_eviction?: boolean;
  spec?: PodSpec;
  pipeline_run_spec?: Record<string, unknown>;
  tekton_pipeline_run_spec?: Record<string, unknown>;
  reporter_config?: ReporterConfig;
  rerun_auth_config?: RerunAuthConfig;
  hidden?: boolean;
  prowjob_defaults?: ProwJobDefaults;
  job_queue_name?: string;
  decorate?: boolean;
  decoration_config?: DecorationConfig;
  path_alias?: string;
  clone_uri?: string;
  skip_submodules?: boolean;
  clone_depth?: number;
  skip_fetch_head?: boolean;
  extra_refs?: Refs[];
}

export interface BranchFilter {
  branches?: string[];
  skip_branches?: string[];
}
export interface ChangeFilter {
  run_if_changed?: string;
  skip_if_only_changed?: string;
}
export interface ContextReporter {
  context?: string;
  skip_report?: boolean;
}

export interface Presubmit extends JobBase, BranchFilter, ChangeFilter, ContextReporter {
  always_run?: boolean;
  optional?: boolean;
  trigger?: string;
  rerun_command?: string;
  run_before_merge?: boolean;
  jenkins_spec?: { github_branch_source_job?: boolean };
}

export interface Postsubmit extends JobBase, BranchFilter, ChangeFilter, ContextReporter {
  /** Unset behaves as true; explicit false without a change regex never runs on push (spec 2.5). */
  always_run?: boolean;
  jenkins_spec?: { github_branch_source_job?: boolean };
}

export interface Retry {
  attempts?: number;
  interval?: string;
  run_all?: boolean;
}

/** Kubernetes CronJob's words; ours, not Prow's (architecture.md 3.6). */
export type ConcurrencyPolicy = 'Forbid' | 'Allow' | 'Replace';

export interface Periodic extends JobBase {
  /** Exactly one of `interval`, `minimum_interval` and `cron` is set; durations are the texts as written. */
  interval?: string;
  minimum_interval?: string;
  cron?: string;
  tags?: string[];
  retry?: Retry;
  concurrency_policy?: ConcurrencyPolicy;
}

/** Where a job was defined, for errors and for people. */
export interface JobSource {
  file: string;
}
