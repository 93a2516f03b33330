import { type Plant, SERVICE } from './plant.ts';

const DOMAIN = `${SERVICE}/src/domain`;
const TSCONFIG = {
  [`${SERVICE}/tsconfig.json`]: JSON.stringify({
    extends: '../../tsconfig.base.json',
    include: ['src'],
    compilerOptions: { rootDir: 'src' },
    references: [{ path: '../../libs/shared' }],
  }),
};

/** Each breaks one rule of .oxlintrc.json that the house depends on; `rule` is spelled as oxlint prints it. */
export const lintPlants: Plant[] = [
  {
    rule: 'typescript(no-floating-promises)',
    file: `${SERVICE}/src/planted-floating.ts`,
    text: 'export const later = async (): Promise<number> => 1;\nlater();\n',
    with: TSCONFIG,
  },
  {
    rule: 'typescript(no-misused-promises)',
    file: `${SERVICE}/src/planted-misused.ts`,
    text: 'export const each = (list: number[]): void => list.forEach(async (n) => Promise.resolve(n));\n',
  },
  {
    rule: 'typescript(no-explicit-any)',
    file: `${SERVICE}/src/planted-any.ts`,
    text: 'export const anything: any = 1;\n',
  },
  {
    rule: 'typescript(ban-ts-comment)',
    file: `${SERVICE}/src/planted-ignore.ts`,
    text: "// @ts-ignore\nexport const wrong: number = '1';\n",
  },
  {
    rule: 'eslint(no-restricted-properties)',
    file: `${SERVICE}/src/planted-environment.ts`,
    text: "export const url = process.env['NATS_URL'];\n",
  },
  {
    rule: 'eslint(no-restricted-properties)',
    file: `${DOMAIN}/planted-clock.ts`,
    text: 'export const now = (): number => Date.now();\n',
  },
  {
    rule: 'eslint(no-restricted-globals)',
    file: `${DOMAIN}/planted-process.ts`,
    text: 'export const pid = (): number => process.pid;\n',
  },
  {
    rule: 'eslint(no-console)',
    file: `${SERVICE}/src/planted-console.ts`,
    text: "console.log('planted');\nexport {};\n",
  },
  {
    rule: 'eslint(max-lines)',
    file: `${SERVICE}/src/planted-long.ts`,
    text: 'export const list = [\n' + '  1,\n'.repeat(250) + '];\n',
  },
  {
    rule: 'import(no-default-export)',
    file: `${SERVICE}/src/planted-default.ts`,
    text: 'export default 1;\n',
  },
  {
    rule: 'unicorn(filename-case)',
    file: `${SERVICE}/src/plantedCamel.ts`,
    text: 'export {};\n',
  },
  {
    rule: 'vitest(no-focused-tests)',
    file: `${SERVICE}/src/planted-only.spec.ts`,
    text: "import { expect, it } from 'vitest';\n\nit.only('hides the others', () => expect(1).toBe(1));\n",
  },
  {
    rule: 'vitest(no-disabled-tests)',
    file: `${SERVICE}/src/planted-skip.spec.ts`,
    text: "import { expect, it } from 'vitest';\n\nit.skip('is not run', () => expect(1).toBe(1));\n",
  },
];
