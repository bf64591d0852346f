/**
 * The main configuration with everything unset filled in (spec jobs.md 1.4 to 1.8), and older forms turned into the newer ones.
 * What is wrong with it is the business of `main-checks.ts`.
 */
import type { z } from 'zod';
import type { DecorationEntry, Deck, MainConfig, Plank, RerunAuthEntry, Sinker } from '../domain/main-config.ts';
import { mapEntries } from '../rules/entry-match.ts';
import type { MainFile } from './schema/main.ts';

export type DecodedMain = z.infer<typeof MainFile>;

const defaultSlackTemplate =
  'Job {{.Spec.Job}} of type {{.Spec.Type}} ended with state {{.Status.State}}. <{{.Status.URL}}|View logs>';

function isEmpty(map: object | undefined): boolean {
  return map === undefined || Object.keys(map).length === 0;
}

function decorationEntries(plank: NonNullable<DecodedMain['plank']>): DecorationEntry[] {
  if (isEmpty(plank.default_decoration_configs)) return plank.default_decoration_config_entries ?? [];
  return mapEntries(plank.default_decoration_configs ?? {}).map(({ repo, value }) => ({ repo, config: value }));
}

function plankWithDefaults(decoded: DecodedMain['plank']): Plank {
  const plank = decoded ?? {};
  const { default_decoration_configs: _older, report_template, ...kept } = plank;
  const templates = report_template ? { '*': report_template } : plank.report_templates;
  return {
    ...kept,
    ...(templates && { report_templates: templates }),
    job_url_prefix_config: plank.job_url_prefix_config ?? {},
    max_concurrency: plank.max_concurrency ?? 0,
    max_goroutines: plank.max_goroutines || 20,
    pod_pending_timeout: plank.pod_pending_timeout ?? '10m0s',
    pod_running_timeout: plank.pod_running_timeout ?? '48h0m0s',
    pod_unscheduled_timeout: plank.pod_unscheduled_timeout ?? '5m0s',
    max_revivals: plank.max_revivals ?? 3,
    default_decoration_config_entries: decorationEntries(plank),
  };
}

function sinkerWithDefaults(decoded: DecodedMain['sinker']): Sinker {
  const maxPodAge = decoded?.max_pod_age ?? '24h0m0s';
  return {
    ...decoded,
    resync_period: decoded?.resync_period ?? '1h0m0s',
    max_prowjob_age: decoded?.max_prowjob_age ?? '168h0m0s',
    max_pod_age: maxPodAge,
    terminated_pod_ttl: decoded?.terminated_pod_ttl ?? maxPodAge,
  };
}

function rerunEntries(deck: NonNullable<DecodedMain['deck']>): RerunAuthEntry[] {
  if (isEmpty(deck.rerun_auth_configs)) return deck.default_rerun_auth_configs ?? [];
  return mapEntries(deck.rerun_auth_configs ?? {}).map(({ repo, value }) => ({ repo, rerun_auth_configs: value }));
}

const renamedLenses: Readonly<Record<string, string>> = {
  'build-log-viewer': 'buildlog',
  'metadata-viewer': 'metadata',
  'junit-viewer': 'junit',
};

function deckWithDefaults(decoded: DecodedMain['deck']): Deck {
  const deck = decoded ?? {};
  const { rerun_auth_configs: _older, spyglass: writtenSpyglass, ...kept } = deck;
  const spyglass = writtenSpyglass ?? {};
  const olderLenses = Object.entries(spyglass.viewers ?? {})
    .flatMap(([pattern, names]) =>
      names.map((name) => ({ required_files: [pattern], lens: { name: renamedLenses[name] ?? name } })),
    )
    .toSorted((a, b) => (a.lens.name < b.lens.name ? -1 : 1));
  const anyPrefix = { '*': spyglass.gcs_browser_prefix ?? '' };
  return {
    ...kept,
    tide_update_period: deck.tide_update_period ?? '10s',
    spyglass: {
      ...spyglass,
      lenses: [...(spyglass.lenses ?? []), ...olderLenses],
      size_limit: spyglass.size_limit || 100_000_000,
      gcs_browser_prefixes: { ...anyPrefix, ...spyglass.gcs_browser_prefixes },
      gcs_browser_prefixes_by_bucket: { ...anyPrefix, ...spyglass.gcs_browser_prefixes_by_bucket },
      bucket_aliases: spyglass.bucket_aliases ?? {},
    },
    default_rerun_auth_configs: rerunEntries(deck),
  };
}

function slackWithDefaults(decoded: DecodedMain['slack_reporter_configs']): MainConfig['slack_reporter_configs'] {
  return Object.fromEntries(
    Object.entries(decoded ?? {}).map(([key, reporter]) => [
      key,
      { ...reporter, report_template: reporter.report_template || defaultSlackTemplate },
    ]),
  );
}

function tideWithDefaults(decoded: DecodedMain['tide']): Record<string, unknown> {
  const tide = decoded ?? {};
  const syncPeriod = tide.sync_period ?? '1m0s';
  return {
    ...tide,
    sync_period: syncPeriod,
    status_update_period: tide.status_update_period ?? syncPeriod,
    max_goroutines: tide.max_goroutines || 20,
    target_urls: tide.target_url ? { '*': tide.target_url } : (tide.target_urls ?? {}),
    pr_status_base_urls: tide.pr_status_base_url ? { '*': tide.pr_status_base_url } : (tide.pr_status_base_urls ?? {}),
  };
}

function pubsubTriggers(decoded: DecodedMain): unknown[] {
  const older = Object.entries(decoded.pubsub_subscriptions ?? {}).map(([project, topics]) => ({
    project,
    topics,
    allowed_clusters: ['*'],
  }));
  return [...(decoded.pubsub_triggers ?? []), ...older].map((trigger) => ({
    ...trigger,
    max_outstanding_messages:
      ('max_outstanding_messages' in trigger ? trigger.max_outstanding_messages : undefined) || 10,
  }));
}

/** Fills in the defaults. The presets are those of the main file alone. */
export function mainWithDefaults(decoded: DecodedMain): MainConfig {
  const { presubmits: _presubmits, postsubmits: _postsubmits, periodics: _periodics, ...kept } = decoded;
  const { prow_ignored: _ignored, pubsub_subscriptions: _older, ...main } = kept;
  const inRepo = decoded.in_repo_config ?? {};
  return {
    ...main,
    prowjob_namespace: decoded.prowjob_namespace || 'default',
    pod_namespace: decoded.pod_namespace || 'default',
    log_level: decoded.log_level || 'info',
    plank: plankWithDefaults(decoded.plank),
    sinker: sinkerWithDefaults(decoded.sinker),
    deck: deckWithDefaults(decoded.deck),
    horologium: decoded.horologium ?? {},
    tide: tideWithDefaults(decoded.tide),
    gerrit: {
      ...decoded.gerrit,
      tick_interval: decoded.gerrit?.tick_interval ?? '1m0s',
      ratelimit: decoded.gerrit?.ratelimit || 5,
    },
    github_reporter: {
      ...decoded.github_reporter,
      job_types_to_report: decoded.github_reporter?.job_types_to_report?.length
        ? decoded.github_reporter.job_types_to_report
        : ['presubmit', 'postsubmit'],
    },
    github: { link_url: decoded.github?.link_url || 'https://github.com' },
    in_repo_config: { ...inRepo, allowed_clusters: { '*': ['default'], ...inRepo.allowed_clusters } },
    push_gateway: { ...decoded.push_gateway, interval: decoded.push_gateway?.interval ?? '1m0s' },
    moonraker: { client_timeout: decoded.moonraker?.client_timeout ?? '10m0s' },
    status_error_link: decoded.status_error_link || 'https://github.com/kubernetes/test-infra/issues',
    default_job_timeout: decoded.default_job_timeout ?? '24h0m0s',
    pubsub_triggers: pubsubTriggers(decoded),
    slack_reporter_configs: slackWithDefaults(decoded.slack_reporter_configs) ?? {},
    presets: decoded.presets ?? [],
    decorate_all_jobs: decoded.decorate_all_jobs ?? false,
    prowjob_default_entries: decoded.prowjob_default_entries ?? [],
  };
}
