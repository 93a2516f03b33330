import { describe, expect, it } from 'vitest';
import { createUndoList } from './undo-list.ts';

describe('createUndoList', () => {
  it('undoes in reverse order, each step once, and lets a second caller wait', async () => {
    const done: string[] = [];
    const undo = createUndoList();
    undo.add(() => void done.push('first'));
    undo.add(async () => {
      await Promise.resolve();
      done.push('second');
    });
    await Promise.all([undo.run(), undo.run()]);
    expect(done).toEqual(['second', 'first']);
  });

  it('goes on after a failure and reports it at the end', async () => {
    const done: string[] = [];
    const undo = createUndoList();
    undo.add(() => void done.push('database stopped'));
    undo.add(() => Promise.reject(new Error('service hangs')));
    await expect(undo.run()).rejects.toThrow('service hangs');
    expect(done).toEqual(['database stopped']);
  });
});
