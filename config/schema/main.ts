/**
 * The main configuration file (spec jobs.md 1.4 to 1.8). Defaults and checks are in `main-defaults.ts` and `main-checks.ts`.
 */
import { z } from 'zod';
import { BranchProtection } from './branch-protection.ts';
import { Deck } from './deck.ts';
import { DecorationConfig } from './decoration.ts';
import { jobFileShape, ProwJobDefaults, SlackReporterConfig } from './job.ts';
import { decoding, duration, flag, int, list, map, part, text, textMap, texts, time } from './kinds.ts';
import { GerritOrgRepos, Tide } from './tide.ts';

const controller = {
  job_url_template: text("Go template over the ProwJob for a job's address, where no URL prefix applies."),
  report_template: text("Older form of report_templates['*']."),
  report_templates: textMap(
    'Go template of the comment that reports results, by *, org or org/repo; `*` is the default of the others.',
  ),
  max_concurrency: int('ProwJobs that may run at the same time in the whole installation; 0 means no limit.'),
  max_goroutines: int('Workers of the controller. Read and checked (must be positive), otherwise without effect.'),
};

const entryFilter = {
  repo: text('org or org/repo that it applies to, compared literally; all by default.'),
  cluster: text('Build cluster that it applies to; all by default.'),
};

const Plank = z.object({
  ...controller,
  pod_pending_timeout: duration(
    'How long a pod may be pending before the job ends with `error`; the process executor gives cloning this time.',
  ),
  pod_running_timeout: duration(
    'How long a run may last before it is aborted, whatever the time limit of its test process.',
  ),
  pod_unscheduled_timeout: duration('How long a pod may wait for a node before the job ends with `error`.'),
  max_revivals: int(
    'How often a run that stopped unexpectedly (an evicted pod, a node that is lost or deleted) is started again; 0 means never.',
  ),
  default_decoration_configs: map(
    DecorationConfig,
    'Older form of default_decoration_config_entries: defaults by *, org or org/repo. Only one of the two may be used.',
  ),
  default_decoration_config_entries: list(
    z.object({ ...entryFilter, config: part(DecorationConfig, 'What decoration_config starts from.') }),
    'Defaults of decoration_config. All entries that fit a job are merged in order, field by field; the job comes last.',
  ),
  job_url_prefix_config: textMap(
    'URL before the storage path in links to results, by *, org or org/repo. For decorated jobs; it goes before job_url_template.',
  ),
  jobURLPrefixDisableAppendStorageProvider: flag('Leave the path element `gs` or `s3` out of these links.'),
  build_cluster_status_file: text('Storage path of a file that says which build clusters can be reached.'),
  job_queue_capacities: map(
    z.int(),
    'Queues and how many of their jobs may run at once: 0 blocks a queue, a negative number means no limit.',
  ),
});

const Sinker = z.object({
  resync_period: duration('Pause between passes.'),
  max_prowjob_age: duration(
    'Completed ProwJobs and their records are removed when they started longer ago than this. It is the retention of the Temporal namespace, too.',
  ),
  max_pod_age: duration('Pods older than this are deleted once their ProwJob is complete.'),
  terminated_pod_ttl: duration(
    'Pods are deleted when their ProwJob completed longer ago than this; max_pod_age by default.',
  ),
  exclude_clusters: texts('Build clusters whose pods are left alone.'),
});

const InRepoConfig = z.object({
  enabled: map(
    z.boolean().register(decoding, { isPointer: true }),
    'Whether jobs are read from repositories, by *, org or org/repo; the narrowest key counts.',
  ),
  allowed_clusters: map(
    z.array(z.string()).register(decoding, { isPointer: true }),
    'Build clusters that these jobs may name, by *, org or org/repo; all keys that fit are united.',
  ),
});

const Scheduler = z.object({
  enabled: flag('Whether build clusters are chosen at all.'),
  failover: part(
    z.object({ mappings: textMap('Build cluster to use instead of another, by alias.') }),
    'Choice by a fixed table.',
  ),
  external: part(
    z.object({
      url: text('Address of the service.'),
      cache: part(
        z.object({
          entry_timeout_interval: duration('How long an answer is kept.'),
          cleanup_interval: duration('Pause between removals of old answers.'),
        }),
        'How long its answers are remembered.',
      ),
    }),
    'Choice by asking a service.',
  ),
});

const Gerrit = z.object({
  tick_interval: duration('Pause between looks at the changes.'),
  ratelimit: int('Requests per second.'),
  deck_url: text('Address of Deck in reports.'),
  org_repos_config: list(GerritOrgRepos, 'Gerrit instances and their repositories.'),
  allowed_presubmit_trigger_re: text('Regular expression of the comments that may start jobs.'),
});

const Gangway = z.object({
  allowed_api_clients: list(
    z.object({
      gcp: part(
        z.object({
          endpoint_api_consumer_type: text('Kind of the consumer: PROJECT.'),
          endpoint_api_consumer_number: text('Number of the Google Cloud project.'),
        }),
        'Client on Google Cloud.',
      ),
      allowed_jobs_filters: list(
        z.object({ tenant_id: text('Tenant of the jobs.') }),
        'Jobs that the client may start.',
      ),
    }),
    'Who may start jobs.',
  ),
});

const PubsubTrigger = z.object({
  project: text('Google Cloud project.'),
  topics: texts('Names of the subscriptions.'),
  allowed_clusters: texts('Build clusters that the jobs may name; `*` means all.'),
  max_outstanding_messages: int('Messages handled at the same time; 10 by default.'),
});

const SlackReporter = z.object({
  ...SlackReporterConfig.shape,
  job_types_to_report: texts('Types of job that are reported.'),
});

const ManagedWebhooks = z.object({
  respect_legacy_global_token: flag('Accept webhooks signed with the old global token, too.'),
  auto_accept_invitation: flag('Accept invitations to repositories.'),
  org_repo_config: map(
    z.object({ token_created_after: time('Tokens made before this time are replaced.') }),
    'Organisations and repositories whose webhooks are kept.',
  ),
});

const OwnersDirDenylist = z.object({
  repos: map(z.array(z.string()), 'Regular expressions of folders by org or org/repo.'),
  default: texts('Regular expressions of folders, for all repositories.'),
  ignore_preconfigured_defaults: flag('Leave the built-in list out.'),
});

/** Everything of the main file but the jobs: also the keys of supplemental files, of which four may be used. */
export const prowShape = {
  config_version_sha: text('Text of the file VERSION beside the main file; not for writing by hand.'),
  tide: part(Tide, 'Which pull requests merge, how and when. Decoded and checked; without effect until Tide is there.'),
  plank: part(Plank, 'Running jobs: time limits, concurrency, decoration defaults and links.'),
  pipeline: part(
    z.object({ allow_concurrent_postsubmit_jobs: flag('Let postsubmits of one repository run beside each other.') }),
    'Tekton; its jobs are not run.',
  ),
  sinker: part(
    Sinker,
    'What is removed, and when, by the schedule `sinker`. The latest run of a configured periodic always keeps its record.',
  ),
  deck: part(
    Deck,
    'The web pages. hidden_repos and the rerun rules have an effect; the others are decoded and checked, for a later version.',
  ),
  'branch-protection': part(
    BranchProtection,
    'Branch protection on GitHub. Decoded; without effect until GitHub is connected.',
  ),
  gerrit: part(Gerrit, 'Changes on Gerrit. Decoded and checked; without effect.'),
  github_reporter: part(
    z.object({
      job_types_to_report: texts('Types of job whose results are reported: presubmit, postsubmit.'),
      no_comment_repos: texts('Organisations and repositories without report comments.'),
      summary_comment_repos: texts('Organisations and repositories that get one comment when all jobs have finished.'),
    }),
    'Statuses and comments on GitHub. Decoded and checked; without effect until GitHub is connected.',
  ),
  horologium: part(
    z.object({
      tick_interval: duration("Pause between Prow's looks at the clock. Nothing ticks here: read, without effect."),
    }),
    'Periodic jobs.',
  ),
  slack_reporter_configs: map(
    SlackReporter,
    'Slack messages about finished jobs, by *, org or org/repo. Decoded and checked; without effect until the reporter is there.',
  ),
  in_repo_config: part(
    InRepoConfig,
    'Jobs kept in the tested repository, in `.prow.yaml` or `.prow/`. `bowsprit check` reads them; jobs start from them when a code host is connected.',
  ),
  gangway: part(Gangway, "Clients of Prow's API to start jobs. Decoded; without effect: use startJob."),
  moonraker: part(
    z.object({ client_timeout: duration('Time limit of a request.') }),
    'Service that reads jobs from repositories. Decoded; without effect.',
  ),
  scheduler: part(
    Scheduler,
    'Choice of the build cluster at start. Decoded; without effect until the Kubernetes executor is there.',
  ),
  jenkins_operators: list(
    z.object({ ...controller, label_selector: text('Label selector of the ProwJobs of this operator.') }),
    'Jenkins. Decoded; jobs for Jenkins are not run.',
  ),
  prowjob_namespace: text('Namespace that ProwJobs carry in their metadata.'),
  pod_namespace: text('Namespace of pods in every build cluster.'),
  log_level: text(
    'Checked (trace, debug, info, warn, error, fatal or panic), otherwise without effect: the setting --log-level counts.',
  ),
  push_gateway: part(
    z.object({
      endpoint: text('Address of the gateway.'),
      interval: duration('Pause between pushes.'),
      serve_metrics: flag('Serve /metrics as well.'),
    }),
    'Prometheus push gateway. Decoded; without effect: metrics are served at /metrics.',
  ),
  owners_dir_denylist: part(
    OwnersDirDenylist,
    'Folders whose OWNERS files are not read. Decoded; without effect until the plugins are there.',
  ),
  pubsub_subscriptions: map(z.array(z.string()), 'Older form of pubsub_triggers: subscriptions by project.'),
  pubsub_triggers: list(PubsubTrigger, 'Starting jobs by Pub/Sub messages. Decoded; without effect.'),
  github: part(
    z.object({ link_url: text('Address that links start with.') }),
    'Links to GitHub. Decoded; without effect until GitHub is connected.',
  ),
  status_error_link: text('Link for Jenkins jobs whose results cannot be found. Decoded; without effect.'),
  default_job_timeout: duration(
    'Read by nothing, in Prow as well: the time limit of a job is decoration_config.timeout.',
  ),
  managed_webhooks: part(ManagedWebhooks, 'Webhooks and tokens that a tool keeps up to date. Decoded; without effect.'),
  prowjob_default_entries: list(
    z.object({ ...entryFilter, config: part(ProwJobDefaults, 'What prowjob_defaults starts from.') }),
    'Defaults of prowjob_defaults. All entries that fit a job are merged in order; the job comes last.',
  ),
  disabled_clusters: texts(
    'Aliases of build clusters that are not connected. Decoded; without effect until the Kubernetes executor is there.',
  ),
};

export const SupplementalFile = z.object(prowShape);
export const MainFile = z.object({ ...prowShape, ...jobFileShape });
