/**
 * `plugins.yaml` as the parts read it, decoded and defaulted (spec plugins-review.md A.5, A.6 and 0.8).
 *
 * Options of single plugins are typed beside their use: `optionsOf` and the keys below are all that is common.
 */

export interface PluginConfig {
  /** By `org` or `org/repo`. */
  plugins: ReadonlyMap<string, EnabledPlugins>;
  external_plugins: ReadonlyMap<string, readonly ExternalPlugin[]>;
  approve: readonly ApproveOptions[];
  lgtm: readonly LgtmOptions[];
  triggers: readonly TriggerOptions[];
  welcome: readonly WelcomeOptions[];
  invalid_commit_msg: readonly InvalidCommitMessageOptions[];
  blockades: readonly Blockade[];
  require_matching_label: readonly RequireMatchingLabel[];
  blunderbuss: BlunderbussOptions;
  label: LabelOptions;
  override: { allow_top_level_owners: boolean; allowed_github_teams: Readonly<Record<string, readonly string[]>> };
  owners: OwnersOptions;
  /** By `org/repo`, or `''` for all. */
  repo_milestone: Readonly<Record<string, MilestoneOptions>>;
  milestone_applier: Readonly<Record<string, Readonly<Record<string, string>>>>;
  release_note: { guidelines_url: string };
  retitle: { allow_closed_issues: boolean };
  size: { s: number; m: number; l: number; xl: number; xxl: number };
  branch_cleaner: { preserved_branches: Readonly<Record<string, readonly string[]>> };
  cherry_pick_unapproved: { branchregexp: string; comment: string };
  cherrypicker: CherrypickerOptions;
  dco: Readonly<Record<string, DcoOptions>>;
  heart: { adorees: readonly string[]; commentregexp: string };
  help: { help_guidelines_url: string };
  sigmention: { regexp: string };
  cat: { key_path?: string };
  goose: { key_path?: string };
  /** Everything else as decoded. */
  [key: string]: unknown;
}

export interface EnabledPlugins {
  plugins: readonly string[];
  /** Bare names of repositories; only meaningful for an organisation. */
  excluded_repos: readonly string[];
}

export interface ExternalPlugin {
  name: string;
  endpoint: string;
  /** Names of webhook events; none means all. */
  events: readonly string[];
  /** File with the secret that it checks signatures with, where it has one of its own. Absolute. */
  hmac_secret_file?: string;
}

export interface WithRepos {
  /** `org` or `org/repo`. */
  repos: readonly string[];
}

export interface ApproveOptions extends WithRepos {
  issue_required: boolean;
  require_self_approval: boolean;
  lgtm_acts_as_approve: boolean;
  ignore_review_state: boolean;
  commandHelpLink: string;
  pr_process_link: string;
}

/** Of a repository that no block names. */
export const approveDefaults: Omit<ApproveOptions, 'repos'> = {
  issue_required: false,
  require_self_approval: false,
  lgtm_acts_as_approve: false,
  ignore_review_state: false,
  commandHelpLink: 'https://go.k8s.io/bot-commands',
  pr_process_link: 'https://git.k8s.io/community/contributors/guide/owners.md#the-code-review-process',
};

export interface LgtmOptions extends WithRepos {
  review_acts_as_lgtm: boolean;
  store_tree_hash: boolean;
  /** Display name of a team. */
  trusted_team_for_sticky_lgtm?: string;
}

export interface TriggerOptions extends WithRepos {
  trusted_apps: readonly string[];
  trusted_org?: string;
  join_org_url?: string;
  only_org_members: boolean;
  ignore_ok_to_test: boolean;
  trigger_github_workflows: boolean;
  org_invite?: { prominent?: { disabled?: boolean; merged_pr_threshold?: number; message?: string } };
}

export interface WelcomeOptions extends WithRepos {
  message_template: string;
  always_post: boolean;
}

export interface InvalidCommitMessageOptions extends WithRepos {
  checks: readonly { name: string; disabled: boolean }[];
}

export interface Blockade extends WithRepos {
  branchregexp?: string;
  blockregexps: readonly string[];
  exceptionregexps: readonly string[];
  explanation: string;
}

export interface RequireMatchingLabel {
  org: string;
  repo: string;
  branch: string;
  prs: boolean;
  issues: boolean;
  regexp: string;
  missing_label: string;
  missing_comment: string;
  /** Duration, `5s` by default. */
  grace_period: string;
}

export interface BlunderbussOptions {
  request_count: number;
  /** 0 = no limit. */
  max_request_count: number;
  exclude_approvers: boolean;
  use_status_availability: boolean;
  ignore_drafts: boolean;
  ignore_authors: readonly string[];
  wait_for_status?: { context: string; description: string; state: string };
}

export interface RestrictedLabel {
  label: string;
  allowed_teams: readonly string[];
  allowed_users: readonly string[];
  assign_on: readonly { label: string }[];
}

export interface LabelOptions {
  additional_labels: readonly string[];
  /** By `*`, `org` or `org/repo`. */
  restricted_labels: Readonly<Record<string, readonly RestrictedLabel[]>>;
}

export interface OwnersOptions {
  /** `org` or `org/repo` where Markdown front matter counts. */
  mdyamlrepos: readonly string[];
  skip_collaborators: readonly string[];
  labels_denylist: readonly string[];
  filenames: Readonly<Record<string, { owners?: string; owners_aliases?: string }>>;
}

export interface MilestoneOptions {
  /** Slug. */
  maintainers_team?: string;
  maintainers_id?: number;
  maintainers_friendly_name?: string;
}

export interface DcoOptions {
  skip_dco_check_for_members: boolean;
  skip_dco_check_for_collaborators: boolean;
  trusted_apps: readonly string[];
  trusted_org?: string;
  contributing_repo?: string;
  contributing_branch: string;
  contributing_path: string;
}

/** What Prow's plugin takes as flags (C.28); not a key of Prow. */
export interface CherrypickerOptions {
  /** Nobody has to be a member of the organisation. */
  allow_all: boolean;
  /** New pulls say `/assign`. */
  use_prow_assignments: boolean;
  create_issue_on_conflict: boolean;
  /** Of new pulls. */
  labels: readonly string[];
  /** Of labels that ask for a pick; what follows is the branch. Not empty. */
  label_prefix: string;
}

/** The block for a repository: the first that names it, else the first that names its organisation; never merged (0.8). */
export function blockFor<T extends WithRepos>(blocks: readonly T[], org: string, repo: string): T | undefined {
  return (
    blocks.find(({ repos }) => repos.includes(`${org}/${repo}`)) ?? blocks.find(({ repos }) => repos.includes(org))
  );
}

/** Who is trusted, and how tests start, in a repository; defaults where no block names it. */
export function triggerOptionsFor(
  { triggers }: Pick<PluginConfig, 'triggers'>,
  org: string,
  repo: string,
): TriggerOptions {
  return blockFor(triggers, org, repo) ?? defaultTrigger;
}

const defaultTrigger: TriggerOptions = {
  repos: [],
  trusted_apps: [],
  only_org_members: false,
  ignore_ok_to_test: false,
  trigger_github_workflows: false,
};

/** Whether a list of `org` and `org/repo` covers a repository. */
export function coversRepo(names: readonly string[], org: string, repo: string): boolean {
  return names.includes(org) || names.includes(`${org}/${repo}`);
}
