/** The life of a pull request, from its opening by somebody whom nobody knows to where it may be merged. */
import { printableLine } from '../../domain/review/printable-line.ts';
import { actorId } from '../../domain/review/actor-target.ts';
import { sampleHostName } from '../../config/sample-host.ts';
import { temporalUiUrlOf } from '../../config/settings.ts';
import { sampleRepo, type Change, type Status } from './code-host.ts';
import { DemoError } from './demo-error.ts';
import { explainArgs, explained, readinessOf } from './explained.ts';
import { told, type Narrator } from './narrator.ts';
import type { Playground } from './playground.ts';
import { when } from './when.ts';

const stranger = 'eve';
const member = 'alice';
const reviewer = 'dave';
const presubmit = 'unit';

const files = { 'README.md': '# hello\n\nGreets whom you name: `sh greet.sh world`. Its test is `sh test.sh`.\n' };

/** Rejects with DemoError where a step does not come. */
export async function playLife({ host, settings }: Playground, { step }: Narrator): Promise<void> {
  const labelled = async ({ number }: Change, has: readonly string[], hasNot: readonly string[] = []) =>
    await when(
      `#${number} has ${[...has, ...hasNot.map((label) => `no ${label}`)].join(', ')}`,
      () => host.labels(number),
      (labels) =>
        has.every((one) => labels.includes(one)) && !hasNot.some((one) => labels.includes(one)) ? labels : undefined,
    );
  const succeeded = async ({ head }: Change): Promise<Status[]> =>
    await when(
      `${presubmit} is reported as success`,
      () => host.statuses(head),
      (all) => {
        const statuses = all.filter(({ context }) => context === presubmit);
        return statuses.at(-1)?.state === 'success' ? statuses : undefined;
      },
    );
  const answered = async ({ number }: Change, text: string) =>
    await when(
      `the bot's answer on #${number} names ${text}`,
      () => host.comments(number),
      (comments) => comments.find(({ author, body }) => author === 'bot' && body.includes(text)),
    );

  await host.addPerson(stranger);
  const change = await step(`${stranger}, whom nobody knows here, opens a pull request`, async () => {
    const opened = await host.openChange(stranger, {
      branch: 'say-more',
      title: 'Say more in the README',
      body: 'It did not say whom it greets.',
      files,
    });
    const labels = await labelled(opened, ['needs-ok-to-test']);
    const { body } = await answered(opened, '/ok-to-test');
    const lines = await explained(settings, opened.number);
    const started = await host.statuses(opened.head);
    if (started.length > 0) throw new DemoError(`A job of a stranger has started: ${JSON.stringify(started)}.`);
    return {
      value: opened,
      lines: [
        `labels ${labels.join(', ')}; no job has started`,
        `bot    ${printableLine(withoutLinks(body), 130)}`,
        `page   ${opened.url}`,
        `actor  ${actorUrl(opened)}`,
        ...readinessOf(lines),
      ],
    };
  });

  await step(`${member}, a member, looks at it and comments /ok-to-test`, async () => {
    await host.comment(member, change.number, '/ok-to-test');
    const labels = await labelled(change, ['ok-to-test'], ['needs-ok-to-test']);
    return told(`labels ${labels.join(', ')}`);
  });

  await step(`the presubmit ${presubmit} clones the change, merged into main, and runs its test`, async () => {
    const statuses = await succeeded(change);
    // Reports are at most one a second, and the job may be as quick as that.
    return told(`status ${statuses.map(({ state }) => state).join(', then ')}`, `job    ${statuses.at(-1)?.url}`);
  });

  await step(`${reviewer}, a reviewer by OWNERS, comments /lgtm`, async () => {
    await host.comment(reviewer, change.number, '/lgtm');
    await labelled(change, ['lgtm']);
    return told('label lgtm');
  });

  await step(`${member}, an approver by OWNERS, comments /approve`, async () => {
    await host.comment(member, change.number, '/approve');
    const labels = await labelled(change, ['lgtm', 'approved']);
    return told(`labels ${labels.join(', ')}`);
  });

  await step('the pull request is ready to merge', async () => {
    const lines = await when(
      'bowsprit explain says that it is ready',
      () => explained(settings, change.number),
      (all) => (all.some((line) => line.startsWith('Ready to merge')) ? all : undefined),
    );
    return told(`bowsprit ${explainArgs(settings, change.number).join(' ')}`, '', ...lines);
  });

  function actorUrl({ number }: Change): string {
    const [org = '', repo = ''] = sampleRepo.split('/');
    const id = actorId({ kind: 'change', host: sampleHostName, org, repo, number });
    return `${temporalUiUrlOf(settings)}/namespaces/${settings.namespace}/workflows/${encodeURIComponent(id)}`;
  }
}

/** The texts of Markdown's links alone. */
function withoutLinks(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}
