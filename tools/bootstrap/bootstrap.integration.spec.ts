import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const tools = fileURLToPath(new URL('..', import.meta.url));

/** Stands in for npm: notes each installation with its environment and makes the little that the bootstrap needs. */
const fakeNpm = `
  import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
  const { NODE_ENV, npm_config_omit, PATH } = process.env;
  appendFileSync('installs', JSON.stringify({ args: process.argv.slice(2), NODE_ENV, npm_config_omit, PATH }) + '\\n');
  if (process.env.FAKE_FAILURE) { console.log('npm warn EBADENGINE x\\nnpm error the reason'); process.exit(7); }
  rmSync('node_modules', { recursive: true, force: true });
  mkdirSync('node_modules/.bin', { recursive: true });
  symlinkSync(${JSON.stringify(process.execPath)}, 'node_modules/.bin/node');
  writeFileSync('node_modules/.bin/tsc', 'const { FAKE_ERROR } = process.env; if (FAKE_ERROR) { console.log(FAKE_ERROR); process.exit(2); }');
  writeFileSync('node_modules/.package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
`;
const lock = (version: string) => JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } });

let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'bootstrap-'));
  cpSync(join(tools, 'bootstrap'), join(clone, 'tools/bootstrap'), { recursive: true });
  cpSync(join(tools, 'bootstrap.mjs'), join(clone, 'tools/bootstrap.mjs'));
  write('package.json', '{"type":"module"}');
  write('package-lock.json', lock('1.0.0'));
  write('fake/npm-cli.js', fakeNpm);
  write('services/evidence/bundle-verifier.ts', 'if (process.env.FAKE_FAULT) process.exit(1);');
  write('tools/stack/main.ts', 'console.log("ran", process.argv.slice(2).join());');
  write(
    'services/gateway/dist/keys.main.js',
    'console.log(JSON.stringify(process.env.DATABASE_URL)); process.exit(3);',
  );
});
afterEach(() => rmSync(clone, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(clone, path, '..'), { recursive: true });
  writeFileSync(join(clone, path), text);
}

function run(
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['tools/bootstrap.mjs', ...args], {
      cwd: clone,
      env: { PATH: process.env['PATH'], npm_execpath: join(clone, 'fake/npm-cli.js'), ...env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

interface Installation {
  args: string[];
  NODE_ENV?: string;
  npm_config_omit?: string;
  PATH: string;
}

function installs(): Installation[] {
  const file = join(clone, 'installs');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Installation);
}

describe('the bootstrap', () => {
  it('installs once, then runs the program with further arguments', async () => {
    const first = await run(['start', 'x', '--y']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/install .*\n.*build .*\nran x,--y\n/s);
    expect((await run(['start'])).stdout).not.toContain('install');
    expect(installs()).toHaveLength(1);
  });

  it.each([
    ['the lock file changed', () => write('package-lock.json', lock('1.0.1'))],
    [
      'node_modules is half-made',
      () => {
        rmSync(join(clone, 'node_modules/.countersign-stamp'));
        rmSync(join(clone, 'node_modules/.package-lock.json'));
      },
    ],
    ['node_modules is gone', () => rmSync(join(clone, 'node_modules'), { recursive: true })],
  ])('installs again when %s', async (_, change) => {
    await run(['start']);
    change();
    await run(['start']);
    expect(installs()).toHaveLength(2);
  });

  it('does not install again because of a script in package.json, nor after an npm ci by hand', async () => {
    await run(['start']);
    write('package.json', '{"type":"module","scripts":{"x":"y"}}');
    rmSync(join(clone, 'node_modules/.countersign-stamp'));
    await run(['start']);
    expect(installs()).toHaveLength(1);
  });

  it('installs everything whatever the environment says, on a PATH without node_modules', async () => {
    const path = `${join(clone, 'node_modules/.bin')}:${process.env['PATH']}`;
    await run(['start'], { NODE_ENV: 'production', npm_config_omit: 'dev', PATH: path });
    const [{ args, ...environment }] = installs() as [Installation];
    expect(args).toEqual(['ci', '--include=dev', '--include=optional']);
    expect(environment).toEqual({ PATH: expect.not.stringContaining('node_modules') as string });
  });

  it('says why an installation failed, without the warnings, and runs nothing', async () => {
    const failed = await run(['start'], { FAKE_FAILURE: '1' });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('npm error the reason');
    expect(failed.stderr + failed.stdout).not.toMatch(/EBADENGINE|ran/);
  });

  it('runs nothing when the sources do not compile', async () => {
    const failed = await run(['start'], { FAKE_ERROR: 'a.ts(1,1): error' });
    expect(failed).toMatchObject({ code: 1, stderr: 'a.ts(1,1): error\nthe sources do not compile\n' });
    expect(failed.stdout).not.toContain('ran');
  });

  it('runs nothing when the verifier of kits cannot be bundled', async () => {
    const failed = await run(['start'], { FAKE_FAULT: '1' });
    expect(failed).toMatchObject({ code: 1, stderr: "the verifier of the auditor's kit cannot be bundled\n" });
    expect(failed.stdout).not.toContain('ran');
  });

  it('installs once when two commands begin at the same time', async () => {
    await Promise.all([run(['start']), run(['start'])]);
    expect(installs()).toHaveLength(1);
  });

  it('takes over the lock of a set-up that was killed', async () => {
    write('.countersign/set-up.lock', `${2 ** 22 + 1} 1`);
    expect(await run(['start'])).toMatchObject({ code: 0 });
  });
});

describe('npm run keys', () => {
  it("gives the program the running gateway's database, its stdout to itself and its exit code to the caller", async () => {
    write(
      '.countersign/stack.json',
      JSON.stringify({ pids: { stack: process.pid }, database_urls: { gateway: 'postgres://g' } }),
    );
    expect(await run(['keys', 'list'])).toMatchObject({ code: 3, stdout: '"postgres://g"\n' });
  });

  it('prefers the DATABASE_URL of the caller', async () => {
    expect((await run(['keys', 'list'], { DATABASE_URL: 'postgres://mine' })).stdout).toBe('"postgres://mine"\n');
  });

  it('says in one sentence what to do when nothing runs, a crashed system included', async () => {
    write('.countersign/stack.json', JSON.stringify({ pids: { stack: 2 ** 22 + 1 }, database_urls: { gateway: 'x' } }));
    const refused = await run(['keys', 'list']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^Start the system first \(npm start in this clone\).*\.\n$/);
    expect(installs()).toEqual([]);
  });
});

describe('an unknown command', () => {
  it('is answered with the known ones', async () => {
    expect((await run(['stop'])).stderr).toMatch(/^usage: .*start\|test\|/);
  });
});
