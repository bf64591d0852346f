/** Labels of repositories and issues, and milestones. */
import { created, nothing, ok, type Call, type Operation } from '../api/operation.ts';
import type { Label, Milestone } from '../model/entities.ts';
import { invalid, notFound } from '../model/errors.ts';
import { labelsOf, renderLabel, renderMilestone } from '../render/issues.ts';
import { addLabels, createLabel, findLabel, removeLabel, setLabels } from '../rules/issues.ts';
import { labelNames } from './issues.ts';

const repo = '/repos/{owner}/{repo}';
const issue = `${repo}/issues/{issue_number}`;

function label(call: Call, wanted: 'read' | 'write' = 'read'): Label {
  const found = findLabel(call.world, call.repo(wanted), call.param('name'));
  if (!found) throw notFound();
  return found;
}

/** The body of requests about labels of an issue: `{labels: [...]}` or the list itself. */
const wantedLabels = (call: Call): string[] => labelNames(call.list() ?? call.body('Label').values['labels'] ?? []);
const issueLabels = (call: Call) => ok(labelsOf(call.world, call.issue()).map((each) => renderLabel(call.world, each)));

function milestone(call: Call): Milestone {
  const { id } = call.repo();
  const found = call.world.store.of('milestones', id).find((each) => each.number === call.id('milestone_number'));
  if (!found) throw notFound();
  return found;
}

async function tellMilestone(call: Call, found: Milestone, action: string): Promise<void> {
  await call.world.tell({
    event: 'milestone',
    action,
    repo: call.repo(),
    sender: call.actor(),
    payload: () => ({ milestone: renderMilestone(call.world, found), ...(action === 'edited' && { changes: {} }) }),
  });
}

const readColor = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  if (!/^[0-9a-f]{6}$/i.test(text)) throw invalid('Label', 'color', 'invalid');
  return text.toLowerCase();
};

export const labelOperations: Operation[] = [
  {
    id: 'issues/list-labels-for-repo',
    method: 'GET',
    path: `${repo}/labels`,
    handle: (call) => {
      const all = call.world.store.of('labels', call.repo().id).sort((a, b) => (a.name < b.name ? -1 : 1));
      return call.page(all, (each) => renderLabel(call.world, each));
    },
  },
  {
    id: 'issues/create-label',
    method: 'POST',
    path: `${repo}/labels`,
    handle: (call) => {
      const body = call.body('Label');
      const made = createLabel(call.world, call.repo('write'), call.actor(), {
        name: body.needText('name'),
        color: readColor(body.text('color')) ?? 'ededed',
        description: body.text('description') ?? null,
      });
      const answer = renderLabel(call.world, made);
      return created(answer, answer['url']);
    },
  },
  {
    id: 'issues/get-label',
    method: 'GET',
    path: `${repo}/labels/{name}`,
    handle: (call) => ok(renderLabel(call.world, label(call))),
  },
  {
    id: 'issues/update-label',
    method: 'PATCH',
    path: `${repo}/labels/{name}`,
    handle: async (call) => {
      const { world } = call;
      const found = label(call, 'write');
      const body = call.body('Label');
      const name = body.text('new_name');
      const other = name === undefined ? undefined : findLabel(world, call.repo(), name);
      if (other && other.id !== found.id) throw invalid('Label', 'name', 'already_exists');
      const changes: Record<string, { from: string }> = {};
      const color = readColor(body.text('color'));
      if (name !== undefined && name !== found.name) changes['name'] = { from: found.name };
      if (color !== undefined && color !== found.color) changes['color'] = { from: found.color };
      if (name !== undefined) found.name = name;
      if (color !== undefined) found.color = color;
      if (body.has('description')) found.description = body.text('description') ?? null;
      world.store.save('labels', found);
      await world.tell({
        event: 'label',
        action: 'edited',
        repo: call.repo(),
        sender: call.actor(),
        payload: () => ({ label: renderLabel(world, found), changes }),
      });
      return ok(renderLabel(world, found));
    },
  },
  {
    id: 'issues/delete-label',
    method: 'DELETE',
    path: `${repo}/labels/{name}`,
    handle: async (call) => {
      const { world } = call;
      const found = label(call, 'write');
      const shown = renderLabel(world, found);
      for (const each of world.store.of('issues', found.repoId)) {
        if (!each.labels.includes(found.id)) continue;
        world.store.save('issues', { ...each, labels: each.labels.filter((id) => id !== found.id) });
      }
      world.store.remove('labels', found.id);
      await world.tell({
        event: 'label',
        action: 'deleted',
        repo: call.repo(),
        sender: call.actor(),
        payload: () => ({ label: shown }),
      });
      return nothing;
    },
  },
  {
    id: 'issues/list-labels-on-issue',
    method: 'GET',
    path: `${issue}/labels`,
    handle: (call) => call.page(labelsOf(call.world, call.issue()), (each) => renderLabel(call.world, each)),
  },
  {
    id: 'issues/add-labels',
    method: 'POST',
    path: `${issue}/labels`,
    handle: async (call) => {
      await addLabels(call.world, call.issue('triage'), call.actor(), wantedLabels(call));
      return issueLabels(call);
    },
  },
  {
    id: 'issues/set-labels',
    method: 'PUT',
    path: `${issue}/labels`,
    handle: async (call) => {
      await setLabels(call.world, call.issue('triage'), call.actor(), wantedLabels(call));
      return issueLabels(call);
    },
  },
  {
    id: 'issues/remove-all-labels',
    method: 'DELETE',
    path: `${issue}/labels`,
    handle: async (call) => {
      await setLabels(call.world, call.issue('triage'), call.actor(), []);
      return nothing;
    },
  },
  {
    id: 'issues/remove-label',
    method: 'DELETE',
    path: `${issue}/labels/{name}`,
    handle: async (call) => {
      await removeLabel(call.world, call.issue('triage'), call.actor(), call.param('name'));
      return issueLabels(call);
    },
  },
  {
    id: 'issues/list-milestones',
    method: 'GET',
    path: `${repo}/milestones`,
    handle: (call) => {
      const state = call.query.get('state') ?? 'open';
      const all = call.world.store.of('milestones', call.repo().id);
      const wanted = all.filter((each) => state === 'all' || each.state === state);
      return call.page(wanted, (each) => renderMilestone(call.world, each));
    },
  },
  {
    id: 'issues/create-milestone',
    method: 'POST',
    path: `${repo}/milestones`,
    handle: async (call) => {
      const { store, now } = call.world;
      const repository = call.repo('triage');
      const body = call.body('Milestone');
      const title = body.needText('title');
      const others = store.of('milestones', repository.id);
      if (others.some((each) => each.title === title)) throw invalid('Milestone', 'title', 'already_exists');
      const made = store.save('milestones', {
        id: store.nextId(),
        repoId: repository.id,
        number: Math.max(0, ...others.map((each) => each.number)) + 1,
        title,
        description: body.text('description') ?? null,
        state: body.oneOf('state', ['open', 'closed']) ?? 'open',
        creatorId: call.actor().id,
        dueOn: body.text('due_on') ?? null,
        createdAt: now(),
        updatedAt: now(),
        closedAt: null,
      });
      await tellMilestone(call, made, 'created');
      const answer = renderMilestone(call.world, made);
      return created(answer, answer['url']);
    },
  },
  {
    id: 'issues/get-milestone',
    method: 'GET',
    path: `${repo}/milestones/{milestone_number}`,
    handle: (call) => ok(renderMilestone(call.world, milestone(call))),
  },
  {
    id: 'issues/update-milestone',
    method: 'PATCH',
    path: `${repo}/milestones/{milestone_number}`,
    handle: async (call) => {
      const { store, now } = call.world;
      const found = milestone(call);
      call.repo('triage');
      const body = call.body('Milestone');
      const state = body.oneOf('state', ['open', 'closed']) ?? found.state;
      const action = state === found.state ? 'edited' : state === 'closed' ? 'closed' : 'opened';
      found.title = body.text('title') ?? found.title;
      if (body.has('description')) found.description = body.text('description') ?? null;
      if (body.has('due_on')) found.dueOn = body.text('due_on') ?? null;
      found.state = state;
      found.updatedAt = now();
      found.closedAt = state === 'closed' ? (found.closedAt ?? now()) : null;
      store.save('milestones', found);
      await tellMilestone(call, found, action);
      return ok(renderMilestone(call.world, found));
    },
  },
  {
    id: 'issues/delete-milestone',
    method: 'DELETE',
    path: `${repo}/milestones/{milestone_number}`,
    handle: async (call) => {
      const found = milestone(call);
      call.repo('triage');
      await tellMilestone(call, found, 'deleted');
      for (const each of call.world.store.of('issues', found.repoId)) {
        if (each.milestoneId === found.id) call.world.store.save('issues', { ...each, milestoneId: null });
      }
      call.world.store.remove('milestones', found.id);
      return nothing;
    },
  },
];
