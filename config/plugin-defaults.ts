/**
 * `plugins.yaml` with everything unset filled in (spec plugins-review.md A.6 and C). What is wrong with it is the business of
 * `plugin-checks.ts`.
 */
import { resolve } from 'node:path';
import type { z } from 'zod';
import { approveDefaults, type BlunderbussOptions, type PluginConfig } from '../domain/plugin-config.ts';
import type { PluginsFile } from './schema/plugins.ts';

export type DecodedPlugins = z.infer<typeof PluginsFile>;

const needsReview =
  'Not mergeable. (PullRequest is missing sufficient approving GitHub review\\(s\\)|Needs (lgtm|approved|approved, lgtm) labels?)\\.?';
const kubernetesSigs =
  '(?m)@kubernetes/sig-([\\w-]*)-(misc|test-failures|bugs|feature-requests|proposals|pr-reviews|api-reviews)';

/** `folder` is where paths begin that are not absolute. */
export function pluginsWithDefaults(decoded: DecodedPlugins, folder: string): PluginConfig {
  return {
    ...decoded,
    plugins: new Map(
      Object.entries(decoded.plugins ?? {}).map(([key, value]) => {
        const { plugins = [], excluded_repos = [] } = Array.isArray(value) ? { plugins: value } : value;
        return [key, { plugins, excluded_repos }];
      }),
    ),
    external_plugins: new Map(
      Object.entries(decoded.external_plugins ?? {}).map(([key, list]) => [
        key,
        list.map(({ name, endpoint, events = [], hmac_secret_file: file }) => ({
          name,
          endpoint: endpoint || `http://${name}`,
          events,
          ...(file && { hmac_secret_file: resolve(folder, file) }),
        })),
      ]),
    ),
    approve: (decoded.approve ?? []).map((block) => ({
      ...approveDefaults,
      ...block,
      commandHelpLink: block.commandHelpLink || approveDefaults.commandHelpLink,
      pr_process_link: block.pr_process_link || approveDefaults.pr_process_link,
      repos: block.repos ?? [],
    })),
    lgtm: (decoded.lgtm ?? []).map((block) => ({
      review_acts_as_lgtm: false,
      store_tree_hash: false,
      ...block,
      repos: block.repos ?? [],
    })),
    triggers: (decoded.triggers ?? []).map((block) => ({
      trusted_apps: [],
      only_org_members: false,
      ignore_ok_to_test: false,
      trigger_github_workflows: false,
      ...(block.trusted_org && { join_org_url: `https://github.com/orgs/${block.trusted_org}/people` }),
      ...block,
      repos: block.repos ?? [],
    })),
    welcome: (decoded.welcome ?? []).map((block) => ({
      message_template: '',
      always_post: false,
      ...block,
      repos: block.repos ?? [],
    })),
    invalid_commit_msg: (decoded.invalid_commit_msg ?? []).map(({ repos = [], checks = [] }) => ({
      repos,
      checks: checks.map(({ name, disabled = false }) => ({ name, disabled })),
    })),
    blockades: (decoded.blockades ?? []).map((block) => ({
      blockregexps: [],
      exceptionregexps: [],
      ...block,
      explanation: block.explanation || 'Files are protected',
      repos: block.repos ?? [],
    })),
    require_matching_label: (decoded.require_matching_label ?? []).map((block) => ({
      org: '',
      repo: '',
      branch: '',
      prs: false,
      issues: false,
      regexp: '',
      missing_label: '',
      missing_comment: '',
      grace_period: '5s',
      ...block,
    })),
    blunderbuss: blunderbussWithDefaults(decoded.blunderbuss ?? {}),
    label: {
      additional_labels: decoded.label?.additional_labels ?? [],
      restricted_labels: Object.fromEntries(
        Object.entries(decoded.label?.restricted_labels ?? {}).map(([key, labels]) => [
          key,
          labels.map(({ label = '', allowed_teams = [], allowed_users = [], assign_on = [] }) => ({
            label,
            allowed_teams,
            allowed_users,
            assign_on: assign_on.map((on) => ({ label: on.label ?? '' })),
          })),
        ]),
      ),
    },
    override: {
      allow_top_level_owners: decoded.override?.allow_top_level_owners ?? false,
      allowed_github_teams: decoded.override?.allowed_github_teams ?? {},
    },
    owners: {
      mdyamlrepos: [],
      skip_collaborators: [],
      filenames: {},
      ...decoded.owners,
      labels_denylist: decoded.owners?.labels_denylist ?? ['approved', 'lgtm'],
    },
    repo_milestone: decoded.repo_milestone ?? {},
    milestone_applier: decoded.milestone_applier ?? {},
    release_note: {
      guidelines_url:
        decoded.release_note?.guidelines_url || 'https://git.k8s.io/community/contributors/guide/release-notes.md',
    },
    retitle: { allow_closed_issues: decoded.retitle?.allow_closed_issues ?? false },
    size: sizesWithDefaults(decoded.size ?? {}),
    branch_cleaner: { preserved_branches: decoded.branch_cleaner?.preserved_branches ?? {} },
    cherry_pick_unapproved: {
      branchregexp: decoded.cherry_pick_unapproved?.branchregexp || '^release-.*$',
      comment: decoded.cherry_pick_unapproved?.comment ?? '',
    },
    cherrypicker: {
      allow_all: false,
      use_prow_assignments: true,
      create_issue_on_conflict: false,
      labels: [],
      label_prefix: 'cherrypick/',
      ...decoded.cherrypicker,
    },
    dco: Object.fromEntries(
      Object.entries(decoded.dco ?? {}).map(([key, options]) => [
        key,
        {
          skip_dco_check_for_members: false,
          skip_dco_check_for_collaborators: false,
          trusted_apps: [],
          ...options,
          contributing_branch: options.contributing_branch || 'master',
          contributing_path: options.contributing_path || 'CONTRIBUTING.md',
        },
      ]),
    ),
    heart: { adorees: decoded.heart?.adorees ?? [], commentregexp: decoded.heart?.commentregexp ?? '' },
    help: {
      ...decoded.help,
      help_guidelines_url:
        decoded.help?.help_guidelines_url || 'https://git.k8s.io/community/contributors/guide/help-wanted.md',
    },
    sigmention: { regexp: decoded.sigmention?.regexp || kubernetesSigs },
    cat: decoded.cat ?? {},
    goose: decoded.goose ?? {},
  };
}

function blunderbussWithDefaults(decoded: NonNullable<DecodedPlugins['blunderbuss']>): BlunderbussOptions {
  const { wait_for_status: wait, ...given } = decoded;
  return {
    max_request_count: 0,
    exclude_approvers: false,
    use_status_availability: false,
    ignore_drafts: false,
    ignore_authors: [],
    ...given,
    request_count: given.request_count ?? 2,
    ...(wait && {
      wait_for_status: {
        context: wait.context || 'tide',
        description: wait.description || needsReview,
        state: wait.state || 'pending',
      },
    }),
  };
}

function sizesWithDefaults({ s, m, l, xl, xxl }: NonNullable<DecodedPlugins['size']>): PluginConfig['size'] {
  return { s: s || 10, m: m || 30, l: l || 100, xl: xl || 500, xxl: xxl || 1000 };
}
