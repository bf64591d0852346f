/** docs/reference/wire.md, from `domain/wire.ts`, `domain/wire-help.ts` and the messages of the workflows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ids, keywordAttributes, queries, signals, taskQueues, updates, workflowTypes } from '../../domain/wire.ts';
import {
  attributeHelp,
  idHelp,
  queryHelp,
  queueHelp,
  signalHelp,
  updateHelp,
  workflowHelp,
} from '../../domain/wire-help.ts';
import { code, generatedFrom, page, table } from './markdown.ts';
import { projectRoot } from './project-root.ts';

interface Message {
  workflow: string;
  kind: string;
  name: string;
}

const reserved = 'reserved';

export async function wirePage(): Promise<string> {
  const messages = await readMessages();
  const running = runningTypes();
  /** The workflows that take a message, or that it waits for one. */
  const takenBy = (kind: string, name: string) => {
    const takers = messages.filter((each) => each.kind === kind && each.name === name).map(({ workflow }) => workflow);
    return takers.length === 0 ? reserved : [...new Set(takers)].map(code).join(', ');
  };
  const messageTable = (
    kind: string,
    names: Readonly<Record<string, string>>,
    help: Readonly<Record<string, string>>,
  ) =>
    table(
      ['Name', 'Taken by', 'Meaning'],
      Object.entries(names).map(([key, name]) => [code(name), takenBy(kind, name), help[key] ?? '']),
    );
  const messagesOf = (type: string) =>
    messages
      .filter(({ workflow }) => workflow === type)
      .map(({ name, kind }) => `${code(name)} (${kind})`)
      .join(', ');

  return page(
    generatedFrom('domain/wire.ts, domain/wire-help.ts and workflows/*.messages.ts'),
    '# Wire names',
    'What programs outside may rely on: workflow types, ids, queues, messages and search attributes, as the plain `temporal` CLI ' +
      `and other clients use them. Released names are only added, never renamed. Names marked *${reserved}* belong to parts that ` +
      'are [still to come](../roadmap.md).',
    '## Workflow types',
    table(
      ['Type', 'Messages', 'Meaning'],
      Object.entries(workflowTypes).map(([key, type]) => [
        code(type),
        running.includes(type) ? messagesOf(type) : reserved,
        Reflect.get(workflowHelp, key) as string,
      ]),
    ),
    '## Workflow and schedule ids',
    'A `/` in a name becomes `!`, and ids longer than 200 characters are cut and end with a hash of the whole.',
    table(
      ['Form', 'What it is'],
      Object.entries(ids).map(([key, id]) => [code(idForm(key, id)), Reflect.get(idHelp, key) as string]),
    ),
    '## Signals',
    messageTable('signal', signals, signalHelp),
    '## Updates',
    messageTable('update', updates, updateHelp),
    '## Queries',
    messageTable('query', queries, queryHelp),
    '## Task queues',
    'A site is a build cluster, or `local` for the executors `process` and `none`.',
    table(
      ['Queue', 'Polled by role', 'Carries'],
      Object.entries(taskQueues).map(([key, queue]) => {
        const { carries, role } = Reflect.get(queueHelp, key) as { carries: string; role: string | undefined };
        const form = typeof queue === 'string' ? queue : queue(key === 'host' ? '<host>' : '<site>');
        return [code(form), role ? code(role) : reserved, carries];
      }),
    ),
    '## Search attributes',
    'Workers register them before they poll. Use them in list filters: ' +
      '`temporal workflow list --query \'ProwState="failure" AND ProwRepo="org/repo"\'`.',
    table(
      ['Name', 'Type', 'Meaning'],
      Object.entries(attributeHelp).map(([name, help]) => [
        code(name),
        keywordAttributes.some((each) => each === name) ? 'Keyword' : 'KeywordList',
        help,
      ]),
    ),
  );
}

function idForm(key: string, id: (typeof ids)[keyof typeof ids]): string {
  if (typeof id === 'string') return id;
  const sample = (name: string) => `<${name}>`;
  const repo = { org: sample('org'), repo: sample('repo') };
  if (id === ids.prowJob) return 'job:<hash>';
  if (id === ids.change) return `${ids.change(sample('host'), repo, 0).slice(0, -1)}${sample('number')}`;
  if (id === ids.repo) return ids.repo(sample('host'), repo);
  const named = id as (name: string) => string;
  return named({ startJob: '<request id>', limitQueue: '<queue>' }[key] ?? '<job>');
}

/** The messages that workflows define beside them, by the name of the file: `prow-job.messages.ts` is of `prowJob`. */
async function readMessages(): Promise<Message[]> {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const found: Message[] = [];
  for (const file of readdirSync(join(projectRoot, 'workflows'))
    .filter((name) => name.endsWith('.messages.ts'))
    .sort()) {
    const stem = file.slice(0, -'.messages.ts'.length);
    const workflow = stem.replaceAll(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());
    const module: Readonly<Record<string, unknown>> = await import(`../../workflows/${stem}.messages.${ending}`);
    for (const value of Object.values(module))
      if (isMessage(value)) found.push({ workflow, kind: value.type, name: value.name });
  }
  return found;
}

function isMessage(value: unknown): value is { type: string; name: string } {
  return typeof value === 'object' && value !== null && 'type' in value && 'name' in value;
}

/** What the bundle exports: other types are names for later. */
function runningTypes(): string[] {
  const source = readFileSync(join(projectRoot, 'workflows', 'index.ts'), 'utf8');
  return [...source.matchAll(/export \{([^}]*)\}/g)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.trim()),
  );
}
