/**
 * The main configuration (`config.yaml`) as far as the parts read it, decoded and defaulted (spec jobs.md 1.4 to 1.11).
 *
 * Durations are canonical Go texts (`10m0s`); see `duration.ts` for numbers.
 */
import type {
  DecorationConfig,
  Periodic,
  Postsubmit,
  Preset,
  Presubmit,
  ProwJobDefaults,
  RerunAuthConfig,
  SlackReporterConfig,
} from './job-config.ts';

export interface Plank {
  job_url_template?: string;
  job_url_prefix_config?: Record<string, string>;
  jobURLPrefixDisableAppendStorageProvider?: boolean;
  report_templates?: Record<string, string>;
  max_concurrency: number;
  max_goroutines: number;
  pod_pending_timeout: string;
  pod_running_timeout: string;
  pod_unscheduled_timeout: string;
  max_revivals: number;
  job_queue_capacities?: Record<string, number>;
  /** The map form `default_decoration_configs` is turned into this list at load. */
  default_decoration_config_entries: DecorationEntry[];
  build_cluster_status_file?: string;
}

export interface DecorationEntry {
  repo?: string;
  cluster?: string;
  config?: DecorationConfig;
}

export interface ProwJobDefaultEntry {
  repo?: string;
  cluster?: string;
  config?: ProwJobDefaults;
}

export interface RerunAuthEntry {
  repo?: string;
  cluster?: string;
  rerun_auth_configs?: RerunAuthConfig;
}

export interface Sinker {
  resync_period: string;
  max_prowjob_age: string;
  max_pod_age: string;
  terminated_pod_ttl: string;
  exclude_clusters?: string[];
}

export interface Deck {
  hidden_repos?: string[];
  skip_storage_path_validation?: boolean;
  additional_allowed_buckets?: string[];
  /** Both forms (map and list) as one ordered list; the last match wins entirely (spec 1.11). */
  default_rerun_auth_configs: RerunAuthEntry[];
  [key: string]: unknown;
}

export interface GitHubReporter {
  /** Types of job; empty never, the default is both that can be reported. */
  job_types_to_report?: string[];
  /** `org` or `org/repo`. */
  no_comment_repos?: string[];
  summary_comment_repos?: string[];
}

export interface MainConfig {
  prowjob_namespace: string;
  pod_namespace: string;
  log_level: string;
  plank: Plank;
  sinker: Sinker;
  deck: Deck;
  horologium: { tick_interval?: string };
  presets: Preset[];
  decorate_all_jobs: boolean;
  prowjob_default_entries: ProwJobDefaultEntry[];
  disabled_clusters?: string[];
  github_reporter?: GitHubReporter;
  slack_reporter_configs?: Record<string, SlackReporterConfig & { job_types_to_report?: string[] }>;
  /** Everything else as decoded, for parts that come later. */
  [key: string]: unknown;
}

/** Everything that was loaded from one set of files, immutable. */
export interface LoadedConfig {
  /** Hash over the content of all files: equal content, equal generation. */
  generation: string;
  /** Text of the `VERSION` file beside the main config. */
  versionSha?: string;
  main: MainConfig;
  /** Keyed by `org/repo`, in load order. */
  presubmits: ReadonlyMap<string, readonly Presubmit[]>;
  postsubmits: ReadonlyMap<string, readonly Postsubmit[]>;
  periodics: readonly Periodic[];
  presets: readonly Preset[];
  /** File that defined a job (identity of the job object); undefined for objects not from this load. */
  sourceOf(job: Presubmit | Postsubmit | Periodic): string | undefined;
}
