/** Who commits, as a commit object says it. */

export interface GitPerson {
  name: string;
  email: string;
  /** Milliseconds. Given, so that the same work gives the same commit. */
  at: number;
}

/** `name <email> 1700000000 +0000`. ASCII only: what would end the line, or the name, is left out. */
export function gitIdentity({ name, email, at }: GitPerson): string {
  const clean = (text: string) => text.replaceAll(/[^\u0020-\u007e]|[<>]/g, '').trim();
  return `${clean(name) || 'unknown'} <${clean(email)}> ${Math.floor(at / 1000)} +0000`;
}
