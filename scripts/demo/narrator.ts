/** Tells the steps of the demo: what somebody does, how long it took until it had come of it, and what it was. */

export interface Told<T> {
  value: T;
  /** What came of the step. */
  lines: readonly string[];
}

export interface Narrator {
  say: (line?: string) => void;
  /** Runs a step, and tells what came of it. */
  step: <T>(title: string, run: () => Promise<Told<T>>) => Promise<T>;
  /** The step that is under way, or was last. */
  current: () => string | undefined;
  /** Seconds of all steps so far. */
  seconds: () => string;
}

export function createNarrator(write: (text: string) => void): Narrator {
  let number = 0;
  let current: string | undefined;
  let total = 0;
  const say = (line = '') => write(`${line}\n`);
  return {
    say,
    current: () => current,
    seconds: () => seconds(total),
    async step(title, run) {
      number += 1;
      current = `step ${number}, "${title}"`;
      say(`${number}. ${title}`);
      const started = performance.now();
      const { value, lines } = await run();
      const took = performance.now() - started;
      total += took;
      const [first = '', ...others] = lines;
      say(`   ✓ ${seconds(took)} s  ${first}`);
      for (const line of others) say(`     ${line}`);
      say();
      return value;
    },
  };
}

/** Of a step that only has something to tell. */
export function told(...lines: string[]): Told<undefined> {
  return { value: undefined, lines };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
