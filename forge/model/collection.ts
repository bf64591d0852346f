/** Things of one kind by id, and in groups (the comments of an issue, the statuses of a commit) in the order of their ids. */
export class Collection<T extends { id: number }> {
  readonly #byId = new Map<number, T>();
  readonly #groups = new Map<string, Map<number, T>>();
  readonly #groupOf = new Map<number, string>();
  readonly #group: (value: T) => string | number;

  /** @param group the group that a thing belongs to; default: all in one. */
  constructor(group: (value: T) => string | number = () => '') {
    this.#group = group;
  }

  get(id: number): T | undefined {
    return this.#byId.get(id);
  }

  all(): T[] {
    return [...this.#byId.values()];
  }

  /** Those of one group, oldest first. */
  of(group: string | number): T[] {
    return [...(this.#groups.get(String(group))?.values() ?? [])];
  }

  put(value: T): void {
    const group = String(this.#group(value));
    const before = this.#groupOf.get(value.id);
    if (before !== undefined && before !== group) this.#groups.get(before)?.delete(value.id);
    let members = this.#groups.get(group);
    if (!members) this.#groups.set(group, (members = new Map()));
    members.set(value.id, value);
    this.#groupOf.set(value.id, group);
    this.#byId.set(value.id, value);
  }

  remove(id: number): void {
    const group = this.#groupOf.get(id);
    if (group !== undefined) this.#groups.get(group)?.delete(id);
    this.#groupOf.delete(id);
    this.#byId.delete(id);
  }
}
