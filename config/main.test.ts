import { describe, expect, test } from '@jest/globals';
import { decodeFile } from './decode-file.ts';
import { checkMain } from './main-checks.ts';
import { mainWithDefaults, type DecodedMain } from './main-defaults.ts';
import { formatProblem, keyText, type Problem } from './problem.ts';
import { urlProblem } from './url.ts';

function decoded(text: string): DecodedMain {
  const problems: Problem[] = [];
  const main = decodeFile('main', 'config.yaml', text, { problem: (problem) => problems.push(problem) });
  expect(problems.map(formatProblem)).toEqual([]);
  if (!main) throw new Error('not decoded');
  return main;
}

describe('defaults of the main file (spec 1.4 to 1.8)', () => {
  test('an empty file', () => {
    expect(mainWithDefaults(decoded(''))).toMatchObject({
      prowjob_namespace: 'default',
      pod_namespace: 'default',
      log_level: 'info',
      plank: {
        max_concurrency: 0,
        max_goroutines: 20,
        max_revivals: 3,
        pod_pending_timeout: '10m0s',
        pod_running_timeout: '48h0m0s',
        pod_unscheduled_timeout: '5m0s',
        job_url_prefix_config: {},
        default_decoration_config_entries: [],
      },
      sinker: {
        resync_period: '1h0m0s',
        max_prowjob_age: '168h0m0s',
        max_pod_age: '24h0m0s',
        terminated_pod_ttl: '24h0m0s',
      },
      deck: { tide_update_period: '10s', default_rerun_auth_configs: [], spyglass: { size_limit: 100_000_000 } },
      github_reporter: { job_types_to_report: ['presubmit', 'postsubmit'] },
      github: { link_url: 'https://github.com' },
      in_repo_config: { allowed_clusters: { '*': ['default'] } },
      push_gateway: { interval: '1m0s' },
      default_job_timeout: '24h0m0s',
      presets: [],
      decorate_all_jobs: false,
      prowjob_default_entries: [],
    });
  });

  test.each([
    ['plank: {max_revivals: 0}', 'plank', { max_revivals: 0 }],
    ['plank: {report_template: x}', 'plank', { report_templates: { '*': 'x' } }],
    [
      'plank: {default_decoration_configs: {o/r: {timeout: 3h}, "*": {timeout: 1h}, o: {timeout: 2h}}}',
      'plank',
      {
        default_decoration_config_entries: [
          { repo: '*', config: { timeout: '1h0m0s' } },
          { repo: 'o', config: { timeout: '2h0m0s' } },
          { repo: 'o/r', config: { timeout: '3h0m0s' } },
        ],
      },
    ],
    ['sinker: {max_pod_age: 7h}', 'sinker', { terminated_pod_ttl: '7h0m0s' }],
    [
      'deck: {rerun_auth_configs: {"*": {allow_anyone: yes}}}',
      'deck',
      { default_rerun_auth_configs: [{ repo: '*', rerun_auth_configs: { allow_anyone: true } }] },
    ],
    [
      'deck: {spyglass: {viewers: {a: [junit-viewer]}}}',
      'deck',
      { spyglass: { lenses: [{ required_files: ['a'], lens: { name: 'junit' } }] } },
    ],
    ['in_repo_config: {allowed_clusters: {"*": []}}', 'in_repo_config', { allowed_clusters: { '*': [] } }],
    [
      'in_repo_config: {allowed_clusters: {"*": null, o: [c]}}',
      'in_repo_config',
      { allowed_clusters: { '*': ['default'], o: ['c'] } },
    ],
    ['in_repo_config: {enabled: {o: null, "*": yes}}', 'in_repo_config', { enabled: { '*': true } }],
    [
      'pubsub_subscriptions: {p: [t]}',
      'pubsub_triggers',
      [{ project: 'p', topics: ['t'], allowed_clusters: ['*'], max_outstanding_messages: 10 }],
    ],
    [
      'tide: {sync_period: 5m, target_url: u}',
      'tide',
      { status_update_period: '5m0s', target_urls: { '*': 'u' }, max_goroutines: 20 },
    ],
  ])('%s', (text, key, expected) => {
    expect(mainWithDefaults(decoded(text))).toMatchObject({ [key]: expected });
  });

  test('a Slack reporter gets a template', () => {
    expect(
      mainWithDefaults(decoded('slack_reporter_configs: {o: {channel: c}}')).slack_reporter_configs?.['o']
        ?.report_template,
    ).toContain('{{.Spec.Job}}');
  });
});

describe('checks of the main file (spec 1.4 to 1.8, 1.11)', () => {
  test.each([
    ['log_level: loud', 'log_level'],
    ["plank: {job_url_template: '{{.Foo'}", 'plank.job_url_template'],
    ["plank: {report_templates: {o: '{{end}}'}}", 'plank.report_templates.o'],
    ['plank: {report_template: x, report_templates: {o: z}}', 'plank.report_template'],
    ['plank: {max_concurrency: -1}', 'plank.max_concurrency'],
    ['plank: {max_goroutines: -1}', 'plank.max_goroutines'],
    ["plank: {job_url_prefix_config: {'*': 'http://[::1'}}", 'plank.job_url_prefix_config.*'],
    [
      'plank: {default_decoration_configs: {o: {}}, default_decoration_config_entries: [{}]}',
      'plank.default_decoration_configs',
    ],
    ['deck: {spyglass: {size_limit: -1}}', 'deck.spyglass.size_limit'],
    ["deck: {spyglass: {lenses: [{required_files: ['(']}]}}", 'deck.spyglass.lenses[0].required_files[0]'],
    [
      "deck: {spyglass: {gcs_browser_prefix: x, gcs_browser_prefixes: {'*': z}}}",
      'deck.spyglass.gcs_browser_prefixes.*',
    ],
    ['deck: {additional_allowed_buckets: [b]}', 'deck.additional_allowed_buckets'],
    ['deck: {additional_allowed_buckets: [b], skip_storage_path_validation: true}', 'deck.additional_allowed_buckets'],
    ["deck: {rerun_auth_configs: {'*': {allow_anyone: true, github_users: [a]}}}", 'deck.rerun_auth_configs.*'],
    ['deck: {rerun_auth_configs: {o: {}}, default_rerun_auth_configs: [{}]}', 'deck.rerun_auth_configs'],
    [
      'deck: {default_rerun_auth_configs: [{rerun_auth_configs: {allow_anyone: true, github_orgs: [a]}}]}',
      'deck.default_rerun_auth_configs[0].rerun_auth_configs',
    ],
    ["deck: {external_agent_logs: [{url_template: '{{'}]}", 'deck.external_agent_logs[0].url_template'],
    ['github_reporter: {job_types_to_report: [presubmit, periodic]}', 'github_reporter.job_types_to_report[1]'],
    ["github: {link_url: ':x'}", 'github.link_url'],
    ['slack_reporter_configs: {o: {host: h}}', 'slack_reporter_configs.o.channel'],
    [
      "slack_reporter_configs: {o: {channel: c, report_template: '{{.Foo}}'}}",
      'slack_reporter_configs.o.report_template',
    ],
    ['branch-protection: {include: [a], exclude: [b]}', 'branch-protection.include'],
    ['pubsub_subscriptions: {p: [t]}\npubsub_triggers: []', 'pubsub_subscriptions'],
    ['tide: {max_goroutines: -1}', 'tide.max_goroutines'],
    ['tide: {target_url: x, target_urls: {o: z}}', 'tide.target_url'],
    ['tide: {pr_status_base_urls: {o: x}}', 'tide.pr_status_base_urls'],
    ['tide: {merge_method: {o: fast}}', 'tide.merge_method.o'],
    ['tide: {merge_method: {o: {r: {main: fast}}}}', 'tide.merge_method.o.r.main'],
    ["tide: {merge_method: {o: {r: {'(': merge}}}}", 'tide.merge_method.o.r.('],
    ["tide: {merge_commit_template: {o: {title: '{{'}}}", 'tide.merge_commit_template.o.title'],
    ['tide: {github_merge_blocks_policy: {o: maybe}}', 'tide.github_merge_blocks_policy.o'],
    ['tide: {queries: [{}]}', 'tide.queries[0]'],
    ['tide: {queries: [{orgs: [a/b]}]}', 'tide.queries[0].orgs[0]'],
    ['tide: {queries: [{repos: [a]}]}', 'tide.queries[0].repos[0]'],
    ['tide: {queries: [{orgs: [a], repos: [a/b]}]}', 'tide.queries[0].repos[0]'],
    ['tide: {queries: [{orgs: [a], excludedRepos: [b/c]}]}', 'tide.queries[0].excludedRepos[0]'],
    ['tide: {queries: [{orgs: [a], labels: [l, l]}]}', 'tide.queries[0].labels'],
    ['tide: {queries: [{orgs: [a], labels: [l], missingLabels: [l]}]}', 'tide.queries[0].missingLabels'],
    [
      'tide: {queries: [{orgs: [a], includedBranches: [l], excludedBranches: [m]}]}',
      'tide.queries[0].excludedBranches',
    ],
    [
      'gangway: {allowed_api_clients: [{allowed_jobs_filters: [{tenant_id: t}]}]}',
      'gangway.allowed_api_clients[0].gcp',
    ],
    [
      "gangway: {allowed_api_clients: [{gcp: {endpoint_api_consumer_type: PROJECT, endpoint_api_consumer_number: '1'}}]}",
      'gangway.allowed_api_clients[0].allowed_jobs_filters',
    ],
    [
      "managed_webhooks: {org_repo_config: {o: {token_created_after: '2999-01-01T00:00:00Z'}}}",
      'managed_webhooks.org_repo_config.o.token_created_after',
    ],
    ["gerrit: {allowed_presubmit_trigger_re: '('}", 'gerrit.allowed_presubmit_trigger_re'],
    ["jenkins_operators: [{job_url_template: '{{'}]", 'jenkins_operators[0].job_url_template'],
  ])('%s is an error at %s', (text, key) => {
    expect(checkMain(decoded(text)).map(({ path }) => keyText(path))).toEqual([key]);
  });

  test.each([
    'log_level: WARNING',
    "plank: {job_url_template: '{{.Foo}}'}",
    'plank: {max_concurrency: 0, max_goroutines: 0}',
    'deck: {additional_allowed_buckets: [b], skip_storage_path_validation: false}',
    'tide: {merge_method: {o: squash, p: {r: rebase, s: {"release-.*": merge}}}}',
    "slack_reporter_configs: {'*': {channel: c, report_template: '{{.Spec.Job}}'}}",
  ])('%s is fine', (text) => {
    expect(checkMain(decoded(text))).toEqual([]);
  });
});

describe('URLs as Go reads them', () => {
  test.each([
    '',
    'x',
    'https://a.b/c?d#e',
    'gs://bucket/x',
    '/path',
    'http://[::1]:80/x',
    'mailto:a@b',
    'http://a:b@c/d',
    'a/b:c',
    'http://x/%20',
    'http://h:/',
  ])('%j is taken', (text) => {
    expect(urlProblem(text)).toBeUndefined();
  });
  test.each(['http://[::1', ':x', 'http://a b/', 'http://x:port/', 'http://x/%zz', '1:x/y', 'a\nb', 'git@h.c:o/r'])(
    '%j is refused',
    (text) => {
      expect(urlProblem(text)).toBeDefined();
    },
  );
});
