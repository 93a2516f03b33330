import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkFiles } from './directory-walk.ts';
import { collect } from './objects.conformance.ts';

describe('a walk through a folder', () => {
  let root: string;
  const groups = Array.from({ length: 20 }, (_, n) => String(n).padStart(3, '0'));
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'countersign-walk-'));
    for (const outer of groups) {
      for (const inner of groups.slice(0, 5)) {
        await mkdir(join(root, 'log', outer, inner), { recursive: true });
        await writeFile(join(root, 'log', outer, inner, '000'), '');
      }
    }
  });
  afterAll(() => rm(root, { recursive: true }));

  async function walk(prefix: string, after: string): Promise<{ keys: string[]; foldersRead: number }> {
    let foldersRead = 0;
    const limit = <Value>(step: Promise<Value>): Promise<Value> => {
      foldersRead += 1;
      return step;
    };
    return { keys: await collect(walkFiles(root, prefix, { after, limit })), foldersRead };
  }

  it('reads no folder that sorts before its beginning', async () => {
    expect(await walk('log/', 'log/019/003/000')).toEqual({
      keys: ['log/019/004/000'],
      // log, 019, 003 (which may hold a later one), 004
      foldersRead: 4,
    });
    expect(await walk('', 'm')).toEqual({ keys: [], foldersRead: 1 });
  });

  it('reads no folder outside its prefix', async () => {
    expect(await walk('log/007/00', '')).toMatchObject({ foldersRead: 6 });
  });

  it('reads a folder when its turn comes, not before', async () => {
    let foldersRead = 0;
    const limit = <Value>(step: Promise<Value>): Promise<Value> => {
      foldersRead += 1;
      return step;
    };
    for await (const key of walkFiles(root, 'log/', { limit })) {
      expect(key).toBe('log/000/000/000');
      break;
    }
    expect(foldersRead).toBe(3);
  });
});
