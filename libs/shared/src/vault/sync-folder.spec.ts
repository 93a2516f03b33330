import { describe, expect, it } from 'vitest';
import { createFolderSync } from './sync-folder.ts';

describe('createFolderSync', () => {
  /** Syncs that end when the test says so. */
  function recordSyncs(): {
    started: string[];
    endOldest: (error?: Error) => Promise<void>;
    sync: (folder: string) => Promise<void>;
  } {
    const started: string[] = [];
    const ends: ((error?: Error) => void)[] = [];
    return {
      started,
      sync(folder) {
        started.push(folder);
        return new Promise((resolve, reject) =>
          ends.push((error) => (error === undefined ? resolve() : reject(error))),
        );
      },
      async endOldest(error) {
        ends.shift()!(error);
        await new Promise(setImmediate);
      },
    };
  }

  it('lets all who come while one sync runs share the next, never the one under way', async () => {
    const { started, endOldest, sync } = recordSyncs();
    const syncFolder = createFolderSync(sync);
    const done: string[] = [];
    const first = syncFolder('a').then(() => done.push('first'));
    const late = ['second', 'third'].map((name) => syncFolder('a').then(() => done.push(name)));
    expect(started).toEqual(['a']);
    await endOldest();
    expect(done).toEqual(['first']);
    expect(started).toEqual(['a', 'a']);
    await endOldest();
    await Promise.all([first, ...late]);
    expect(started).toHaveLength(2);
    expect(done).toEqual(['first', 'second', 'third']);
  });

  it('syncs different folders side by side', () => {
    const { started, sync } = recordSyncs();
    const syncFolder = createFolderSync(sync);
    void syncFolder('a');
    void syncFolder('b');
    expect(started).toEqual(['a', 'b']);
  });

  it('tells those who wait for a failed sync, and only them', async () => {
    const { endOldest, sync } = recordSyncs();
    const syncFolder = createFolderSync(sync);
    const outcomes = Promise.allSettled([syncFolder('a'), syncFolder('a')]);
    await endOldest(new Error('disk'));
    await endOldest();
    expect(await outcomes).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled' }]);
  });
});
