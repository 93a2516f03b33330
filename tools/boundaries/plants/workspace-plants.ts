import { type Plant, SERVICE } from './plant.ts';

const pack = (more: object) => JSON.stringify({ name: '@countersign/planted', private: true, type: 'module', ...more });
const project = (more: object) =>
  JSON.stringify({
    include: ['src'],
    compilerOptions: { rootDir: 'src' },
    references: [{ path: '../../libs/shared' }],
    ...more,
  });

/** Each breaks one workspace or name rule. */
export const workspacePlants: Plant[] = [
  {
    rule: 'room-has-a-door',
    file: 'libs/shared/src/planted',
    with: { 'libs/shared/src/planted/inside.ts': 'export {};\n' },
  },
  {
    rule: 'references-follow-imports',
    ...projectPlant('references', { references: [{ path: '../../libs/shared' }, { path: '../orders' }] }),
  },
  {
    rule: 'project-holds-its-own-sources',
    ...projectPlant('alias', { compilerOptions: { rootDir: 'src', paths: { '@/*': ['../*'] } } }),
  },
  {
    rule: 'build-knows-every-project',
    file: 'tsconfig.json',
    with: { [`${SERVICE}/package.json`]: pack({}), [`${SERVICE}/tsconfig.json`]: project({}) },
  },
  { rule: 'package-needs-shared-only', ...packagePlant('needs', { dependencies: { '@countersign/orders': '*' } }) },
  {
    rule: 'lint-sees-types',
    file: `${SERVICE}/test`,
    with: { [`${SERVICE}/test/planted.integration.spec.ts`]: 'export {};\n' },
  },
  { rule: 'name-says-something', file: `${SERVICE}/src/domain/order-utils.ts`, text: 'export {};\n' },
  { rule: 'role-is-known', file: `${SERVICE}/src/domain/planted.interface.ts`, text: 'export {};\n' },
  {
    rule: 'exports-are-doors',
    file: 'libs/shared/package.json',
    text: (before) => before.replace('"exports": {', '"exports": { ".": "./src/kernel/index.ts",'),
  },
];

function projectPlant(name: string, more: object): Omit<Plant, 'rule'> {
  const folder = `services/planted-${name}`;
  return { file: `${folder}/tsconfig.json`, text: project(more), with: { [`${folder}/package.json`]: pack({}) } };
}

function packagePlant(name: string, more: object): Omit<Plant, 'rule'> {
  const folder = `services/planted-${name}`;
  return { file: `${folder}/package.json`, text: pack(more), with: { [`${folder}/tsconfig.json`]: project({}) } };
}
