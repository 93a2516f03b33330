import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openOrderJournal, type OrderVerdict } from './order-journal.ts';

const verdict: OrderVerdict = { kind: 'executed', outcome: 'success', error: null };
const clockAt = (time: string) => ({ now: () => new Date(time) });
const noon = clockAt('2026-01-10T12:00:00Z');

describe('the journal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-appliance-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('knows after a restart what it was told last, and nobody else may read it', async () => {
    const path = join(folder, 'restart');
    const journal = await openOrderJournal(path, noon);
    await journal.record('a', { state: 'accepted', order: { runbook_id: 'RB-1' } });
    await journal.record('a', { state: 'signed', verdict, evidence: '{"a": 1.0}' });
    expect(await (await openOrderJournal(path, noon)).find('a')).toMatchObject({
      state: 'signed',
      evidence: '{"a": 1.0}',
    });
    expect(statSync(join(path, 'a.json')).mode & 0o777).toBe(0o600);
  });

  it('lists what needs work, oldest first', async () => {
    const path = join(folder, 'open');
    await (await openOrderJournal(path, clockAt('2026-01-10T12:00:02Z'))).record('b', { state: 'accepted', order: {} });
    const journal = await openOrderJournal(path, noon);
    await journal.record('c', { state: 'executing', order: {}, startedAt: '2026-01-10T12:00:00Z' });
    await journal.record('d', { state: 'settled', verdict });
    await journal.record('e', { state: 'undeliverable', verdict, evidence: '{}', errorCode: 'X.Y' });
    expect((await journal.listOpen()).map(({ key }) => key)).toEqual(['c', 'b']);
  });

  it('forgets what was settled two hours ago, and evidence that nobody took never', async () => {
    const path = join(folder, 'old');
    const journal = await openOrderJournal(path, noon);
    await journal.record('settled', { state: 'settled', verdict });
    await journal.record('undeliverable', { state: 'undeliverable', verdict, evidence: '{}', errorCode: 'X.Y' });
    await journal.record('signed', { state: 'signed', verdict, evidence: '{}' });
    await (await openOrderJournal(path, clockAt('2026-01-10T14:00:00Z'))).forgetSettled();
    expect(await journal.find('settled')).toBeDefined();
    await (await openOrderJournal(path, clockAt('2026-01-10T14:00:01Z'))).forgetSettled();
    expect(await journal.find('settled')).toBeUndefined();
    expect(await journal.find('undeliverable')).toBeDefined();
    expect(await journal.find('signed')).toBeDefined();
  });

  it('does not guess what a damaged file said', async () => {
    const path = join(folder, 'damaged');
    const journal = await openOrderJournal(path, noon);
    writeFileSync(join(path, 'a.json'), '{"state":"acc');
    await expect(journal.find('a')).rejects.toMatchObject({ code: 'APPLIANCE.JOURNAL_DAMAGED' });
  });
});
