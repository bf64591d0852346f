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
  report_templates: textMap('Go templates of the report comment, by *, org or org/repo.'),
  max_concurrency: int('ProwJobs at the same time; 0 means no limit.'),
  max_goroutines: int('Kept for compatibility; must be positive.'),
};

const entryFilter = {
  repo: text('org or org/repo that it applies to, compared literally; all by default.'),
  cluster: text('Build cluster that it applies to; all by default.'),
};

const Plank = z.object({
  ...controller,
  pod_pending_timeout: duration('How long a pod may be pending; 10m by default.'),
  pod_running_timeout: duration('How long a pod may run; 48h by default.'),
  pod_unscheduled_timeout: duration('How long a pod may wait for a node; 5m by default.'),
  max_revivals: int('How often a pod that stopped unexpectedly is started again; 3 by default, 0 means never.'),
  default_decoration_configs: map(
    DecorationConfig,
    'Defaults of decoration_config, by *, org or org/repo (older form).',
  ),
  default_decoration_config_entries: list(
    z.object({ ...entryFilter, config: part(DecorationConfig, 'The defaults.') }),
    'Defaults of decoration_config; later entries override earlier ones.',
  ),
  job_url_prefix_config: textMap('Address before the storage path in links to results, by *, org or org/repo.'),
  jobURLPrefixDisableAppendStorageProvider: flag('Leave the storage provider out of these links.'),
  build_cluster_status_file: text('Storage path that the state of build clusters is written to.'),
  job_queue_capacities: map(z.int(), 'Queues: 0 blocks, a negative number means no limit.'),
});

const Sinker = z.object({
  resync_period: duration('Pause between passes; 1h by default.'),
  max_prowjob_age: duration('Completed ProwJobs older than this are deleted; 168h by default.'),
  max_pod_age: duration('Pods of complete ProwJobs older than this are deleted; 24h by default.'),
  terminated_pod_ttl: duration('Pods of ProwJobs that completed longer ago are deleted; max_pod_age by default.'),
  exclude_clusters: texts('Build clusters that are left alone.'),
});

const InRepoConfig = z.object({
  enabled: map(z.boolean().register(decoding, { isPointer: true }), 'Whether on, by *, org or org/repo.'),
  allowed_clusters: map(
    z.array(z.string()).register(decoding, { isPointer: true }),
    'Build clusters that jobs may use, by *, org or org/repo.',
  ),
});

const Scheduler = z.object({
  enabled: flag('Whether to choose clusters.'),
  failover: part(z.object({ mappings: textMap('Cluster to use instead of another.') }), 'By a table.'),
  external: part(
    z.object({
      url: text('Service to ask.'),
      cache: part(
        z.object({
          entry_timeout_interval: duration('How long an answer is kept.'),
          cleanup_interval: duration('Pause between clean-ups.'),
        }),
        'Cache of answers.',
      ),
    }),
    'By asking a service.',
  ),
});

const Gerrit = z.object({
  tick_interval: duration('Pause between looks; 1m by default.'),
  ratelimit: int('Requests per second; 5 by default.'),
  deck_url: text('Address of Deck in reports.'),
  org_repos_config: list(GerritOrgRepos, 'Repositories.'),
  allowed_presubmit_trigger_re: text('Regular expression of comments that may start jobs.'),
});

const Gangway = z.object({
  allowed_api_clients: list(
    z.object({
      gcp: part(
        z.object({
          endpoint_api_consumer_type: text('PROJECT.'),
          endpoint_api_consumer_number: text('Number of the project.'),
        }),
        'Client on Google Cloud.',
      ),
      allowed_jobs_filters: list(z.object({ tenant_id: text('Tenant.') }), 'Jobs that the client may start.'),
    }),
    'Who may start jobs.',
  ),
});

const PubsubTrigger = z.object({
  project: text('Project.'),
  topics: texts('Subscriptions.'),
  allowed_clusters: texts('Build clusters that jobs may use.'),
  max_outstanding_messages: int('Messages at the same time; 10 by default.'),
});

const SlackReporter = z.object({
  ...SlackReporterConfig.shape,
  job_types_to_report: texts('Types of job that are reported.'),
});

const ManagedWebhooks = z.object({
  respect_legacy_global_token: flag('The old global token is still accepted.'),
  auto_accept_invitation: flag('Invitations are accepted.'),
  org_repo_config: map(z.object({ token_created_after: time('Older tokens are replaced.') }), 'By org or org/repo.'),
});

const OwnersDirDenylist = z.object({
  repos: map(z.array(z.string()), 'Regular expressions of folders by org or org/repo.'),
  default: texts('Regular expressions of folders.'),
  ignore_preconfigured_defaults: flag('Leave the built-in ones out.'),
});

/** Everything of the main file but the jobs: also the keys of supplemental files, of which four may be used. */
export const prowShape = {
  config_version_sha: text('Set from the VERSION file beside the main file.'),
  tide: part(Tide, 'Merging.'),
  plank: part(Plank, 'Running jobs.'),
  pipeline: part(z.object({ allow_concurrent_postsubmit_jobs: flag('Tekton only.') }), 'Tekton.'),
  sinker: part(Sinker, 'Cleaning up.'),
  deck: part(Deck, 'The web pages.'),
  'branch-protection': part(BranchProtection, 'Branch protection on GitHub.'),
  gerrit: part(Gerrit, 'Gerrit.'),
  github_reporter: part(
    z.object({
      job_types_to_report: texts('presubmit and postsubmit, both by default.'),
      no_comment_repos: texts('Organisations and repositories without report comments.'),
      summary_comment_repos: texts('Organisations and repositories with one comment when all jobs have finished.'),
    }),
    'Reports on GitHub.',
  ),
  horologium: part(z.object({ tick_interval: duration('Kept for compatibility; 1m by default.') }), 'Periodic jobs.'),
  slack_reporter_configs: map(SlackReporter, 'Slack reports, by *, org or org/repo.'),
  in_repo_config: part(InRepoConfig, 'Jobs kept in the tested repository.'),
  gangway: part(Gangway, 'API clients.'),
  moonraker: part(
    z.object({ client_timeout: duration('Time limit; 10m by default.') }),
    'In-repo configuration service.',
  ),
  scheduler: part(Scheduler, 'Choice of build cluster.'),
  jenkins_operators: list(
    z.object({ ...controller, label_selector: text('ProwJobs of this operator.') }),
    'Jenkins; jobs for Jenkins are not run.',
  ),
  prowjob_namespace: text('Namespace of ProwJobs; default by default.'),
  pod_namespace: text('Namespace of pods in every build cluster; default by default.'),
  log_level: text('trace, debug, info, warn, error, fatal or panic; info by default.'),
  push_gateway: part(
    z.object({
      endpoint: text('Address.'),
      interval: duration('Pause between pushes; 1m by default.'),
      serve_metrics: flag('Serve metrics too.'),
    }),
    'Prometheus push gateway.',
  ),
  owners_dir_denylist: part(OwnersDirDenylist, 'Folders whose OWNERS files are not read.'),
  pubsub_subscriptions: map(z.array(z.string()), 'Older form of pubsub_triggers: subscriptions by project.'),
  pubsub_triggers: list(PubsubTrigger, 'Starting jobs by Pub/Sub.'),
  github: part(z.object({ link_url: text('Address in links; https://github.com by default.') }), 'Links to GitHub.'),
  status_error_link: text('Link for jobs whose results cannot be found.'),
  default_job_timeout: duration('Kept for compatibility, read by nothing.'),
  managed_webhooks: part(ManagedWebhooks, 'Webhooks that are kept by a tool.'),
  prowjob_default_entries: list(
    z.object({ ...entryFilter, config: part(ProwJobDefaults, 'The defaults.') }),
    'Defaults of prowjob_defaults; later entries override earlier ones.',
  ),
  disabled_clusters: texts('Build clusters that are not loaded.'),
};

export const SupplementalFile = z.object(prowShape);
export const MainFile = z.object({ ...prowShape, ...jobFileShape });
