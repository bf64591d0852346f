/** How often each operation was asked for, so that tests and benchmarks can say what a client costs. */

export interface CallRow {
  operation: string;
  count: number;
  /** By status; `0` where the connection was closed without an answer. */
  statuses: Record<string, number>;
}

export interface CallLine {
  operation: string;
  method: string;
  path: string;
  status: number;
  /** Who asked: `user 1003`, `installation 1010`, `address 127.0.0.1`. */
  caller: string;
}

const kept = 5000;

export class Calls {
  #rows = new Map<string, CallRow>();
  #lines: CallLine[] = [];

  note(line: CallLine): void {
    let row = this.#rows.get(line.operation);
    if (!row) this.#rows.set(line.operation, (row = { operation: line.operation, count: 0, statuses: {} }));
    row.count += 1;
    row.statuses[line.status] = (row.statuses[line.status] ?? 0) + 1;
    this.#lines.push(line);
    if (this.#lines.length > kept) this.#lines.shift();
  }

  count(operation: string): number {
    return this.#rows.get(operation)?.count ?? 0;
  }

  summary(): { total: number; free: number; operations: CallRow[] } {
    const operations = [...this.#rows.values()].sort((a, b) => b.count - a.count);
    const sum = (pick: (row: CallRow) => number) => operations.reduce((total, row) => total + pick(row), 0);
    return { total: sum((row) => row.count), free: sum((row) => row.statuses['304'] ?? 0), operations };
  }

  /** The last ones, oldest first. */
  lines(): readonly CallLine[] {
    return this.#lines;
  }

  reset(): void {
    this.#rows = new Map();
    this.#lines = [];
  }
}
