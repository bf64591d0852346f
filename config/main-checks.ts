/**
 * What makes a main configuration unusable (spec jobs.md 1.4 to 1.8, 1.11), apart from its jobs. All problems are returned, each
 * with its key path.
 */
import { executeTemplate } from '../rules/gotemplate/execute-template.ts';
import { parseTemplate } from '../rules/gotemplate/parse-template.ts';
import { prowJobView } from '../rules/gotemplate/prowjob-view.ts';
import type { KeyPath } from './schema/decode-context.ts';
import type { DecodedMain } from './main-defaults.ts';
import { checkRegex, checkTemplate, reasonOf, type Report } from './check-report.ts';
import { checkTide } from './tide-checks.ts';
import { urlProblem } from './url.ts';

export interface MainProblem {
  path: KeyPath;
  message: string;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'warning', 'error', 'fatal', 'panic'];

function isEmpty(value: object | undefined): boolean {
  return value === undefined || Object.keys(value).length === 0;
}

function checkController(base: KeyPath, controller: NonNullable<DecodedMain['plank']>, report: Report): void {
  checkTemplate([...base, 'job_url_template'], controller.job_url_template, report);
  checkTemplate([...base, 'report_template'], controller.report_template, report);
  for (const [key, text] of Object.entries(controller.report_templates ?? {})) {
    checkTemplate([...base, 'report_templates', key], text, report);
  }
  if (controller.report_template && !isEmpty(controller.report_templates)) {
    report([...base, 'report_template'], 'is the older form of report_templates: use only one of them');
  }
  if ((controller.max_concurrency ?? 0) < 0) report([...base, 'max_concurrency'], 'must not be negative');
  if ((controller.max_goroutines ?? 0) < 0) report([...base, 'max_goroutines'], 'must be positive');
}

function checkPlank(plank: DecodedMain['plank'], report: Report): void {
  if (!plank) return;
  checkController(['plank'], plank, report);
  if (!isEmpty(plank.default_decoration_configs) && !isEmpty(plank.default_decoration_config_entries)) {
    report(
      ['plank', 'default_decoration_configs'],
      'is the older form of default_decoration_config_entries: use only one of them',
    );
  }
  for (const [key, url] of Object.entries(plank.job_url_prefix_config ?? {})) {
    const problem = urlProblem(url);
    if (problem) report(['plank', 'job_url_prefix_config', key], `must be a URL: ${problem}`);
  }
}

function checkJenkins(operators: DecodedMain['jenkins_operators'], report: Report): void {
  operators?.forEach((operator, index) => checkController(['jenkins_operators', index], operator, report));
}

function checkSpyglass(deck: NonNullable<DecodedMain['deck']>, report: Report): void {
  const { spyglass } = deck;
  if (!spyglass) return;
  const base = ['deck', 'spyglass'];
  if ((spyglass.size_limit ?? 0) < 0) report([...base, 'size_limit'], 'must not be negative');
  spyglass.lenses?.forEach((lens, index) => {
    for (const field of ['required_files', 'optional_files'] as const) {
      lens[field]?.forEach((pattern, i) => checkRegex([...base, 'lenses', index, field, i], pattern, report));
    }
  });
  for (const pattern of Object.keys(spyglass.viewers ?? {})) checkRegex([...base, 'viewers', pattern], pattern, report);
  for (const field of ['gcs_browser_prefixes', 'gcs_browser_prefixes_by_bucket'] as const) {
    if (spyglass.gcs_browser_prefix && spyglass[field] && '*' in spyglass[field]) {
      report([...base, field, '*'], 'says the same as gcs_browser_prefix: use only one of them');
    }
  }
}

/** `allow_anyone` beside a list of people: used for jobs too. */
export function rerunAuthProblem(auth: {
  allow_anyone?: boolean;
  github_team_ids?: readonly unknown[];
  github_team_slugs?: readonly unknown[];
  github_users?: readonly unknown[];
  github_orgs?: readonly unknown[];
}): string | undefined {
  const lists = [auth.github_team_ids, auth.github_team_slugs, auth.github_users, auth.github_orgs];
  if (!auth.allow_anyone || lists.every((list) => !list?.length)) return undefined;
  return 'allow_anyone: true makes the lists of users, teams and organisations meaningless: remove one or the other';
}

function checkDeck(deck: DecodedMain['deck'], report: Report): void {
  if (!deck) return;
  checkSpyglass(deck, report);
  deck.external_agent_logs?.forEach((log, index) => {
    checkTemplate(['deck', 'external_agent_logs', index, 'url_template'], log.url_template, report);
  });
  if (!isEmpty(deck.rerun_auth_configs) && !isEmpty(deck.default_rerun_auth_configs)) {
    report(['deck', 'rerun_auth_configs'], 'is the older form of default_rerun_auth_configs: use only one of them');
  }
  for (const [key, auth] of Object.entries(deck.rerun_auth_configs ?? {})) {
    const problem = rerunAuthProblem(auth);
    if (problem) report(['deck', 'rerun_auth_configs', key], problem);
  }
  deck.default_rerun_auth_configs?.forEach((entry, index) => {
    const problem = entry.rerun_auth_configs && rerunAuthProblem(entry.rerun_auth_configs);
    if (problem) report(['deck', 'default_rerun_auth_configs', index, 'rerun_auth_configs'], problem);
  });
  if (deck.additional_allowed_buckets?.length && deck.skip_storage_path_validation !== false) {
    report(['deck', 'additional_allowed_buckets'], 'needs skip_storage_path_validation: false');
  }
}

function checkSlack(reporters: DecodedMain['slack_reporter_configs'], report: Report): void {
  for (const [key, reporter] of Object.entries(reporters ?? {})) {
    const base = ['slack_reporter_configs', key];
    if (!reporter.channel) report([...base, 'channel'], 'must be set');
    if (!reporter.report_template) continue;
    try {
      executeTemplate(parseTemplate(reporter.report_template), prowJobView({}));
    } catch (error) {
      report([...base, 'report_template'], `must be a Go template that works on an empty ProwJob: ${reasonOf(error)}`);
    }
  }
}

function checkGangway(gangway: DecodedMain['gangway'], report: Report): void {
  const known = new Set<string>();
  gangway?.allowed_api_clients?.forEach((client, index) => {
    const base = ['gangway', 'allowed_api_clients', index];
    const { gcp } = client;
    if (!gcp) report([...base, 'gcp'], 'must be set: it says who the client is');
    else if (gcp.endpoint_api_consumer_type !== 'PROJECT') {
      report([...base, 'gcp', 'endpoint_api_consumer_type'], 'must be PROJECT');
    } else if (!/^[0-9]+$/.test(gcp.endpoint_api_consumer_number ?? '')) {
      report([...base, 'gcp', 'endpoint_api_consumer_number'], 'must be the number of a project');
    } else if (known.has(gcp.endpoint_api_consumer_number ?? '')) {
      report([...base, 'gcp'], 'is the same client as an earlier one');
    } else known.add(gcp.endpoint_api_consumer_number ?? '');
    if (!client.allowed_jobs_filters?.length) report([...base, 'allowed_jobs_filters'], 'must not be empty');
    client.allowed_jobs_filters?.forEach(({ tenant_id }, filter) => {
      if (!tenant_id) report([...base, 'allowed_jobs_filters', filter, 'tenant_id'], 'must be set');
    });
  });
}

function checkWebhooks(webhooks: DecodedMain['managed_webhooks'], report: Report, now: number): void {
  for (const [key, { token_created_after }] of Object.entries(webhooks?.org_repo_config ?? {})) {
    if (!token_created_after || Date.parse(token_created_after) <= now) continue;
    report(['managed_webhooks', 'org_repo_config', key, 'token_created_after'], 'must not be in the future');
  }
}

/** All checks of the main file. */
export function checkMain(main: DecodedMain, now = Date.now()): MainProblem[] {
  const problems: MainProblem[] = [];
  const report: Report = (path, message) => problems.push({ path, message });
  if (main.log_level && !logLevels.includes(main.log_level.toLowerCase())) {
    report(['log_level'], `must be one of ${logLevels.join(', ')}`);
  }
  checkPlank(main.plank, report);
  checkJenkins(main.jenkins_operators, report);
  checkDeck(main.deck, report);
  checkTide(main.tide, report);
  checkSlack(main.slack_reporter_configs, report);
  checkGangway(main.gangway, report);
  checkWebhooks(main.managed_webhooks, report, now);
  checkRegex(['gerrit', 'allowed_presubmit_trigger_re'], main.gerrit?.allowed_presubmit_trigger_re, report);
  main.github_reporter?.job_types_to_report?.forEach((type, index) => {
    if (type === 'presubmit' || type === 'postsubmit') return;
    report(['github_reporter', 'job_types_to_report', index], 'must be presubmit or postsubmit');
  });
  for (const [path, url] of [
    [['github', 'link_url'], main.github?.link_url],
    [['gerrit', 'deck_url'], main.gerrit?.deck_url],
  ] as const) {
    const problem = url ? urlProblem(url) : undefined;
    if (problem) report([...path], `must be a URL: ${problem}`);
  }
  if (main['branch-protection']?.include?.length && main['branch-protection'].exclude?.length) {
    report(['branch-protection', 'include'], 'and exclude cannot both be set: use one of them');
  }
  if (main.pubsub_subscriptions && main.pubsub_triggers) {
    report(['pubsub_subscriptions'], 'is the older form of pubsub_triggers: use only one of them');
  }
  return problems;
}
