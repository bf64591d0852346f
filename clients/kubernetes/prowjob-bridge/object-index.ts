/** The objects that the API server has, as far as lists, the watch and answers to calls have told; found by name and by job. */
import { prowJobOf, workflowOf, type SeenObject } from '../../../domain/prowjob-objects/object.ts';
import { versionOf } from '../list-watch.ts';

export interface ObjectIndex {
  /** False where this or something later is known already: answers to calls and lines of the watch overtake each other. */
  take(object: SeenObject): boolean;
  /** The object that is no more; undefined where another has its name by now. */
  drop(name: string, uid: string): SeenObject | undefined;
  get(name: string): SeenObject | undefined;
  all(): IterableIterator<SeenObject>;
  size(): number;
  /** Name of the object that stands for the job. */
  nameFor(job: string, workflowId: string | undefined): string | undefined;
}

export function createObjectIndex(): ObjectIndex {
  const objects = new Map<string, SeenObject>();
  const byJob = new Map<string, string>();
  /** Where the job's name is not known yet. */
  const byWorkflow = new Map<string, string>();

  function remove(object: SeenObject): void {
    const job = prowJobOf(object);
    const workflow = workflowOf(object);
    if (job && byJob.get(job) === object.name) byJob.delete(job);
    if (workflow && byWorkflow.get(workflow) === object.name) byWorkflow.delete(workflow);
    objects.delete(object.name);
  }

  return {
    take(object) {
      const before = objects.get(object.name);
      const [was, is] = [versionOf(before?.resourceVersion ?? ''), versionOf(object.resourceVersion)];
      if (before?.resourceVersion === object.resourceVersion) return false;
      if (was !== undefined && is !== undefined && is < was) return false;
      if (before) remove(before);
      objects.set(object.name, object);
      const job = prowJobOf(object);
      const workflow = workflowOf(object);
      if (job) byJob.set(job, object.name);
      if (workflow) byWorkflow.set(workflow, object.name);
      return true;
    },
    drop(name, uid) {
      const object = objects.get(name);
      if (!object || object.uid !== uid) return undefined;
      remove(object);
      return object;
    },
    get: (name) => objects.get(name),
    all: () => objects.values(),
    size: () => objects.size,
    nameFor: (job, workflowId) => byJob.get(job) ?? (workflowId === undefined ? undefined : byWorkflow.get(workflowId)),
  };
}
