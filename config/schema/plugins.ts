/**
 * `plugins.yaml` (spec plugins-review.md A.5, C): what its keys are. Defaults and checks are in `plugin-defaults.ts` and
 * `plugin-checks.ts`.
 */
import { z } from 'zod';
import { decoding, duration, flag, int, list, map, part, rawObject, rejected, text, texts } from './kinds.ts';

const repos = texts('org or org/repo that it applies to; the first block that names a repository counts.');

const Enabled = z.object({
  plugins: texts('Plugins that are on.'),
  excluded_repos: texts('Names of repositories of the organisation where they are off.'),
});

/** The older form is a plain list. */
const EnabledOrList = z.union([Enabled, z.array(z.string())]).register(decoding, {
  accept(value) {
    if (Array.isArray(value)) return value.every((name) => typeof name === 'string') ? { plugins: value } : rejected;
    const parsed = Enabled.safeParse(value);
    return parsed.success ? parsed.data : rejected;
  },
  expected: 'a map with the keys plugins and excluded_repos',
  kind: 'map, or list of plugins',
});

const External = z.object({
  name: z.string().meta({ description: 'Name of the plugin.' }),
  endpoint: text('Address that events are forwarded to; http://<name> by default.'),
  events: texts('Webhook events that it gets; all by default.'),
  hmac_secret_file: text(
    "File with the secret that it checks signatures with, in Prow's form; from the folder of plugins.yaml on. By default webhooks keep the signature that they came with.",
  ),
});

const Approve = z.object({
  repos,
  issue_required: flag('An issue must be associated.'),
  require_self_approval: flag('Authors must approve in words as well; off by default.'),
  lgtm_acts_as_approve: flag('/lgtm counts as /approve.'),
  ignore_review_state: flag('Reviews of the host do not count; off by default.'),
  commandHelpLink: text('Address of the list of commands.'),
  pr_process_link: text('Address of a page about the process.'),
});

const Lgtm = z.object({
  repos,
  review_acts_as_lgtm: flag('An approving review of the host acts as /lgtm.'),
  store_tree_hash: flag('Keep the label when a push changes no file.'),
  trusted_team_for_sticky_lgtm: text('Display name of a team whose pushes keep the label.'),
});

const Trigger = z.object({
  repos,
  trusted_apps: texts('Names of Apps, without [bot], that are trusted.'),
  trusted_org: text('Another organisation whose members are trusted.'),
  join_org_url: text('Address of a page about joining the organisation.'),
  only_org_members: flag('Collaborators are not trusted.'),
  ignore_ok_to_test: flag('/ok-to-test has no effect.'),
  trigger_github_workflows: flag('Approve and re-run workflow runs of the host as well.'),
  org_invite: part(
    z.object({
      prominent: part(
        z.object({
          disabled: flag('Do not suggest to join the organisation.'),
          merged_pr_threshold: int('Merged pull requests from which on it is suggested; 3 by default.'),
          message: text('Text of the suggestion; {join_org_url} stands for the address.'),
        }),
        'The suggestion to those with several merged pull requests.',
      ),
    }),
    'How newcomers are invited to join.',
  ),
});

const Welcome = z.object({
  repos,
  message_template: text('Go template of the welcome.'),
  always_post: flag('Welcome trusted people as well.'),
});

const InvalidCommitMessage = z.object({
  repos,
  checks: list(
    z.object({
      name: z.string().meta({ description: 'fixupPrefix or issueClosingKeywords.' }),
      disabled: flag('Do not check this.'),
    }),
    'Checks that are switched.',
  ),
});

const Blockade = z.object({
  repos,
  branchregexp: text('Regular expression of base branches; all by default.'),
  blockregexps: texts('Regular expressions of paths that are blocked.'),
  exceptionregexps: texts('Regular expressions of paths that are not.'),
  explanation: text('Why.'),
});

const RequireMatchingLabel = z.object({
  org: text('Organisation.'),
  repo: text('Name of the repository; all by default.'),
  branch: text('Base branch; all by default.'),
  prs: flag('For pull requests.'),
  issues: flag('For issues.'),
  regexp: text('Regular expression of the labels of which one is required.'),
  missing_label: text('Label that says that it is missing.'),
  missing_comment: text('Comment that says so.'),
  grace_period: duration('How long labels may settle; 5s by default.'),
});

const RestrictedLabel = z.object({
  label: text('The label.'),
  allowed_teams: texts('Slugs of teams that may set it.'),
  allowed_users: texts('People who may set it.'),
  assign_on: list(z.object({ label: text('The label.') }), 'Labels that assign the allowed people.'),
});

const Milestone = z.object({
  maintainers_team: text('Slug of the team that may set milestones.'),
  maintainers_id: int('Id of the team (older form).'),
  maintainers_friendly_name: text('How the team is called in answers.'),
});

const Dco = z.object({
  skip_dco_check_for_members: flag('Members need not sign off.'),
  skip_dco_check_for_collaborators: flag('Collaborators need not sign off.'),
  trusted_apps: texts('Names of Apps, without [bot], that need not sign off.'),
  trusted_org: text('Another organisation whose members count.'),
  contributing_repo: text('Repository with the contributing guide, as org/repo.'),
  contributing_branch: text('Its branch; master by default.'),
  contributing_path: text('Its path; CONTRIBUTING.md by default.'),
});

const reviewerSelection = {
  request_count: int('Reviewers to ask; 2 by default.'),
  max_request_count: int('Never ask more; 0 means no limit.'),
  exclude_approvers: flag('Do not fall back to approvers.'),
  use_status_availability: flag('Pass over people who say they are busy.'),
  ignore_drafts: flag('Wait until a draft is ready.'),
  ignore_authors: texts('Authors whose pull requests are left alone.'),
  wait_for_status: part(
    z.object({
      context: text('Context of the status; tide by default.'),
      description: text('Regular expression of its description.'),
      state: text('Its state; pending by default.'),
    }),
    'Ask only once this status is there.',
  ),
};

/**
 * Numbers and booleans are turned into text here, unlike in most of the main file: Prow declares these fields directly.
 * All keys; those of plugins that do not exist yet  are kept as written.
 */
export const PluginsFile = z
  .object({
    plugins: map(
      EnabledOrList,
      'Plugins that are on, by org or org/repo; as a map with the key plugins, and excluded_repos for repositories of the organisation where they are off.',
    ),
    external_plugins: map(z.array(External), 'Plugins that are forwarded to, by org or org/repo.'),
    owners: part(
      z.object({
        mdyamlrepos: texts('Where the front matter of Markdown files counts as OWNERS.'),
        skip_collaborators: texts('Where people in OWNERS need not be collaborators.'),
        labels_denylist: texts('Labels that OWNERS may not set; approved and lgtm by default.'),
        filenames: map(
          z.object({ owners: text('Instead of OWNERS.'), owners_aliases: text('Instead of OWNERS_ALIASES.') }),
          'Names of the files, by org or org/repo.',
        ),
      }),
      'How OWNERS files are read.',
    ),
    approve: list(Approve, 'Options of approve.'),
    blockades: list(Blockade, 'Options of blockade.'),
    blunderbuss: part(z.object(reviewerSelection), 'Options of blunderbuss.'),
    rifle: part(z.object(reviewerSelection), 'Options of rifle.'),
    bugzilla: rawObject('Options of bugzilla.'),
    branch_cleaner: part(
      z.object({
        preserved_branches: map(
          z.array(z.string()),
          'Names or regular expressions of branches that are kept, by org or org/repo.',
        ),
      }),
      'Options of branchcleaner.',
    ),
    cat: part(z.object({ key_path: text('File with the key of the service.') }), 'Options of cat.'),
    cherry_pick_approved: list(z.record(z.string(), z.unknown()), 'Options of cherry-pick-approved.'),
    cherry_pick_unapproved: part(
      z.object({
        branchregexp: text('Regular expression of release branches; ^release-.*$ by default.'),
        comment: text('What is said on pull requests without approval.'),
      }),
      'Options of cherry-pick-unapproved.',
    ),
    cherrypicker: part(
      z.object({
        allow_all: flag('Whoever asks need not be a member of the organisation.'),
        use_prow_assignments: flag(
          'New pull requests are assigned to whoever asked, by a command in the description too; on by default.',
        ),
        create_issue_on_conflict: flag('Open an issue for the requester where the change conflicts with the branch.'),
        labels: texts('Labels of the new pull requests.'),
        label_prefix: text(
          'How labels begin that ask for a pick to the branch that they go on with; cherrypick/ by default.',
        ),
      }),
      "Options of cherrypicker, which are flags of the plugin's process in Prow. Not a key of Prow.",
    ),
    config_updater: rawObject('Options of config-updater.'),
    dco: map(Dco, 'Options of dco, by *, org or org/repo.'),
    golint: rawObject('Options of golint.'),
    goose: part(z.object({ key_path: text('File with the key of the service.') }), 'Options of goose.'),
    heart: part(
      z.object({
        adorees: texts('People whose comments are loved.'),
        commentregexp: text('Regular expression of the comments.'),
      }),
      'Options of heart.',
    ),
    help: part(
      z.object({
        help_guidelines_url: text('Address of the guidelines for help wanted.'),
        help_guidelines_summary: text('Their summary.'),
      }),
      'Options of help.',
    ),
    invalid_commit_msg: list(InvalidCommitMessage, 'Options of invalidcommitmsg.'),
    jira: rawObject('Options of jira.'),
    label: part(
      z.object({
        additional_labels: texts('Labels that /label may set.'),
        restricted_labels: map(z.array(RestrictedLabel), 'Labels that only some may set, by *, org or org/repo.'),
      }),
      'Options of label.',
    ),
    lgtm: list(Lgtm, 'Options of lgtm.'),
    milestone_applier: map(z.record(z.string(), z.string()), 'Milestone by branch, by org/repo.'),
    override: part(
      z.object({
        allow_top_level_owners: flag('Approvers of the root may override.'),
        allowed_github_teams: map(z.array(z.string()), 'Slugs of teams that may override, by org or org/repo.'),
      }),
      'Options of override.',
    ),
    project_config: rawObject('Options of project.'),
    project_manager: rawObject('Options of project-manager.'),
    release_note: part(z.object({ guidelines_url: text('Address of the guidelines.') }), 'Options of release-note.'),
    repo_milestone: map(Milestone, 'Who may set milestones, by org/repo; the empty key is for all.'),
    require_matching_label: list(RequireMatchingLabel, 'Options of require-matching-label.'),
    retitle: part(z.object({ allow_closed_issues: flag('Closed items may be renamed.') }), 'Options of retitle.'),
    sigmention: part(z.object({ regexp: text('Regular expression of mentions.') }), 'Options of sigmention.'),
    size: part(
      z.object({
        s: int('Lines from which on a change is S; 10 by default.'),
        m: int('Lines from which on it is M; 30 by default.'),
        l: int('Lines from which on it is L; 100 by default.'),
        xl: int('Lines from which on it is XL; 500 by default.'),
        xxl: int('Lines from which on it is XXL; 1000 by default.'),
      }),
      'Options of size.',
    ),
    slack: rawObject('Options of slackevents.'),
    triggers: list(Trigger, 'Options of trigger.'),
    welcome: list(Welcome, 'Options of welcome.'),
  })
  .register(decoding, { coercedBelow: true });
