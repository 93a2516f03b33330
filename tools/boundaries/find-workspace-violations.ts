import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Violation } from './violation.ts';

interface PackageFile {
  exports?: Record<string, unknown>;
  dependencies?: Record<string, string>;
}
interface CompilerFile {
  references?: { path: string }[];
  include?: string[];
  compilerOptions?: Record<string, unknown>;
}

const SHARED = 'libs/shared';
/** The half of a room that has a door of its own, because it runs where the whole room does not. */
const HALF_ROOMS = ['./crypto/portable', './http-signature/portable', './messaging/broker'];

/** What project references and package exports must refuse by themselves, checked in their files. */
export const workspaceRules: Record<string, { why: string; find: () => Iterable<[file: string, reaches: string]> }> = {
  'exports-are-doors': {
    why: 'libs/shared exports one door per room, no root door and no pattern: Node then refuses deep imports.',
    *find() {
      const packageFile = `${SHARED}/package.json`;
      const doors = readPackage(packageFile).exports ?? {};
      for (const [door, target] of Object.entries(doors)) {
        const isHalf = HALF_ROOMS.includes(door);
        const file = `${door.slice(2)}${isHalf ? '' : '/index'}`;
        const expected = {
          '@countersign/source': `./src/${file}.ts`,
          types: `./dist/${file}.d.ts`,
          default: `./dist/${file}.js`,
        };
        if ((!isHalf && !/^\.\/[a-z]+(-[a-z]+)*$/.test(door)) || JSON.stringify(target) !== JSON.stringify(expected))
          yield [packageFile, door];
      }
      for (const room of roomsWithFiles()) if (!(`./${room}` in doors)) yield [packageFile, `no door for ${room}`];
    },
  },
  'room-has-a-door': {
    why: 'Each room of libs/shared has an index.ts: the only way in.',
    *find() {
      for (const room of roomsWithFiles())
        if (!existsSync(`${SHARED}/src/${room}/index.ts`)) yield [`${SHARED}/src/${room}`, 'index.ts'];
    },
  },
  'references-follow-imports': {
    why: 'Services and the appliance reference libs/shared only: TypeScript then refuses relative imports across projects.',
    *find() {
      for (const folder of packageFolders()) {
        const file = `${folder}/tsconfig.json`;
        const { references = [] } = readCompiler(file);
        const referenced = references.map(({ path }) => normalize(join(folder, path)));
        const allowed = folder === SHARED ? [] : [SHARED];
        for (const path of referenced) if (!allowed.includes(path)) yield [file, path];
        for (const path of allowed) if (!referenced.includes(path)) yield [file, `${path} is missing`];
      }
    },
  },
  'project-holds-its-own-sources': {
    why: 'A project compiles its own src and nothing else; an alias or a wider root would let it reach into others.',
    *find() {
      for (const file of [...packageFolders().map((folder) => `${folder}/tsconfig.json`), 'tsconfig.base.json']) {
        const { include, compilerOptions = {} } = readCompiler(file);
        for (const option of ['paths', 'baseUrl', 'rootDirs']) if (option in compilerOptions) yield [file, option];
        if (file === 'tsconfig.base.json') continue;
        if (include?.join() !== 'src') yield [file, `include ${include?.join() ?? 'everything'}`];
        if (compilerOptions['rootDir'] !== 'src') yield [file, `rootDir ${String(compilerOptions['rootDir'])}`];
      }
    },
  },
  'build-knows-every-project': {
    why: 'The root tsconfig.json references every package: `tsc -b` would silently skip one that is missing.',
    *find() {
      const known = (readCompiler('tsconfig.json').references ?? []).map(({ path }) => normalize(path));
      for (const folder of packageFolders()) if (!known.includes(folder)) yield ['tsconfig.json', folder];
    },
  },
  'package-needs-shared-only': {
    why: 'Third-party versions are held once, in the root package.json; a package depends on @countersign/shared at most.',
    *find() {
      for (const folder of packageFolders()) {
        const file = `${folder}/package.json`;
        for (const name of Object.keys(readPackage(file).dependencies ?? {}))
          if (folder === SHARED || name !== '@countersign/shared') yield [file, name];
      }
    },
  },
  'lint-sees-types': {
    why: 'oxlint takes types from the nearest tsconfig.json: without one it cannot see a floating promise there.',
    *find() {
      for (const folder of ['tools', 'e2e', ...globSync('{services,libs}/*/test'), 'appliance/test'])
        if (globSync(`${folder}/**/*.ts`).length > 0 && !existsSync(`${folder}/tsconfig.json`))
          yield [folder, `add ${folder}/tsconfig.json that extends tsconfig.checks.json`];
    },
  },
};

/** Workspace rules that the tree in the current folder breaks. */
export function findWorkspaceViolations(): Violation[] {
  return Object.entries(workspaceRules).flatMap(([rule, { why, find }]) =>
    [...find()].map(([file, reaches]) => ({ rule, file, reaches, why })),
  );
}

function packageFolders(): string[] {
  return globSync(['libs/*/package.json', 'services/*/package.json', 'appliance/package.json'])
    .map((file) => dirname(file))
    .toSorted();
}

function roomsWithFiles(): string[] {
  return [...new Set(globSync(`${SHARED}/src/*/**/*.ts`).map((file) => file.split('/')[3] ?? ''))].toSorted();
}

function readPackage(file: string): PackageFile {
  return JSON.parse(readFileSync(file, 'utf8')) as PackageFile;
}

function readCompiler(file: string): CompilerFile {
  return JSON.parse(readFileSync(file, 'utf8')) as CompilerFile;
}
