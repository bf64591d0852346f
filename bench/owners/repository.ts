/**
 * A bare repository of Kubernetes' size, made up: 30,000 files in 6,000 folders, 2,000 of them with OWNERS, which name people,
 * aliases, labels, and here and there filters.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface SizedRepository {
  url: string;
  /** SHA of `main`. */
  head: string;
  /** Paths of some files, deep and shallow. */
  files: readonly string[];
  /** Everybody whom OWNERS name. */
  people: ReadonlySet<string>;
  ownersFiles: number;
  /** One more commit on `main`, which touches no OWNERS; answers its SHA. */
  moveOn(): string;
}

export interface RepositorySize {
  folders: number;
  filesPerFolder: number;
  /** Each so many folders have OWNERS. */
  ownersEvery: number;
}

export const kubernetesSize: RepositorySize = { folders: 6000, filesPerFolder: 5, ownersEvery: 3 };

const peopleCount = 1500;
const person = (index: number) => `person-${index % peopleCount}`;
const some = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => person(from * 7 + index * 31));
const list = (names: readonly string[]) => names.map((name) => `- ${name}\n`).join('');

export function makeRepository(
  folder: string,
  { folders, filesPerFolder, ownersEvery }: RepositorySize,
): SizedRepository {
  const dir = join(folder, 'large.git');
  const git = (args: string[], input?: string) =>
    execFileSync('git', ['-C', dir, ...args], { input, maxBuffer: 2 ** 26 })
      .toString()
      .trim();
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', dir]);
  git(['config', 'uploadpack.allowFilter', 'true']);
  git(['config', 'uploadpack.allowAnySHA1InWant', 'true']);

  const contents = new Map<string, string>([['OWNERS_ALIASES', aliases()]]);
  const files: string[] = [];
  for (let index = 0; index < folders; index += 1) {
    const path = folderPath(index);
    for (let file = 0; file < filesPerFolder; file += 1) {
      contents.set(`${path}/file-${file}.go`, `package p${index}\n// ${file}\n`);
    }
    if (index % 97 === 0) files.push(`${path}/file-0.go`);
    if (index % ownersEvery === 0) contents.set(`${path}/OWNERS`, owners(index));
  }
  contents.set('OWNERS', owners(0));
  git(['fast-import', '--quiet'], commitOf(contents, undefined));
  let moves = 0;
  return {
    url: `file://${dir}`,
    head: git(['rev-parse', 'main']),
    files,
    people: new Set(Array.from({ length: peopleCount }, (_, index) => person(index))),
    ownersFiles: [...contents.keys()].filter((path) => path.endsWith('OWNERS')).length,
    moveOn() {
      moves += 1;
      git(['fast-import', '--quiet'], commitOf(new Map([['moved.txt', `${moves}`]]), git(['rev-parse', 'main'])));
      return git(['rev-parse', 'main']);
    },
  };
}

/** Up to five levels deep. */
function folderPath(index: number): string {
  const names = [
    `top-${index % 12}`,
    `area-${index % 60}`,
    `part-${index % 360}`,
    `unit-${index % 1800}`,
    `leaf-${index}`,
  ];
  return names.slice(5 - Math.min(5, 2 + (index % 4))).join('/');
}

function owners(index: number): string {
  const lists = `approvers:\n${list([...some(index, 4), `team-${index % 200}`])}reviewers:\n${list(some(index + 3, 8))}labels:\n- area/a${index % 60}\n`;
  if (index % 10 !== 0) return `# See the guide.\n${lists}options:\n  no_parent_owners: ${index % 30 === 1}\n`;
  const indented = lists.replaceAll(/^/gm, '    ').trimEnd();
  return `filters:\n  ".*":\n${indented}\n  "\\\\.go$":\n    approvers: [${person(index)}]\n`;
}

function aliases(): string {
  const teams = Array.from(
    { length: 200 },
    (_, team) => `  team-${team}:\n${list(some(team, 6)).replaceAll(/^(?=-)/gm, '  ')}`,
  );
  return `aliases:\n${teams.join('')}`;
}

/** For `git fast-import`. */
function commitOf(contents: ReadonlyMap<string, string>, parent: string | undefined): string {
  const parts = ['commit refs/heads/main\ncommitter Bench <bench@localhost> 1700000000 +0000\ndata 6\nchange\n'];
  if (parent !== undefined) parts.push(`from ${parent}\n`);
  for (const [path, text] of contents)
    parts.push(`M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
  return parts.join('');
}
