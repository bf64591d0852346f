/** What the plugin says of itself. */
import { triggerOptionsFor } from '../../domain/plugin-config.ts';
import { waysToTrust } from '../../rules/selection/trust.ts';
import type { HelpContext, PluginHelp } from '../api.ts';

const anyone = 'Anyone, on a pull request that is trusted.';
const trusted = 'Whoever is trusted in the repository.';

export function help({ config, enabledRepos }: HelpContext): PluginHelp {
  const described = enabledRepos.map((name) => {
    const [org = '', repo = ''] = name.split('/');
    const options = triggerOptionsFor(config, org, repo);
    const apps = options.trusted_apps.length > 0 ? ` So are the apps ${options.trusted_apps.join(', ')}.` : '';
    const command = options.ignore_ok_to_test ? ' /ok-to-test has no effect.' : '';
    const workflows = options.trigger_github_workflows
      ? ' Workflow runs of the host are approved and run again, too.'
      : '';
    return [name, `Trusted is ${waysToTrust(org, options)}.${apps}${command}${workflows}`] as const;
  });
  return {
    description:
      'Starts presubmits of pull requests and postsubmits of pushes. A pull request that is trusted and not a draft is tested ' +
      'when it is opened, pushed to, reopened, made ready, or given another base; a push to it ends the runs before. It is ' +
      'trusted for the sake of its author, or after `/ok-to-test`. Drafts and untrusted ones can be tested by command.',
    config: Object.fromEntries(described),
    snippet,
    commands: [
      {
        usage: '/ok-to-test [cancel]',
        featured: false,
        description: 'Declares a pull request trusted and starts its tests, or takes the trust back.',
        whoCanUse: trusted,
        examples: ['/ok-to-test', '/ok-to-test cancel'],
      },
      {
        usage: '/test (all|<job name>...|?)',
        featured: true,
        description: 'Starts all automatic jobs, or those that are named; lists the commands that there are.',
        whoCanUse: anyone,
        examples: ['/test all', '/test pull-unit, pull-lint', '/test ?'],
      },
      {
        usage: '/retest',
        featured: true,
        description: 'Runs failed jobs again, and automatic ones that have not reported.',
        whoCanUse: anyone,
        examples: ['/retest'],
      },
      {
        usage: '/retest-required',
        featured: false,
        description: 'The same without optional jobs.',
        whoCanUse: anyone,
        examples: ['/retest-required'],
      },
      {
        usage: '/test-manual-required',
        featured: false,
        description: 'Starts the required jobs that never start by themselves.',
        whoCanUse: anyone,
        examples: ['/test-manual-required'],
      },
    ],
  };
}

const snippet = `triggers:
  - repos: # org or org/repo; the block of a repository replaces that of its organisation
      - org
      - org/repo
    trusted_apps: # without [bot]
      - dependabot
    trusted_org: other-org # deprecated
    join_org_url: https://example.com/how-to-join
    only_org_members: false # true: collaborators are not trusted
    ignore_ok_to_test: false
    trigger_github_workflows: false
    org_invite:
      prominent:
        disabled: false
        merged_pr_threshold: 3
        message: 'You could [join us]({join_org_url}).'
`;
