import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventCatalog } from '@countersign/shared/contracts';
import { describe, expect, it } from 'vitest';
import { findBrokenEvents, goldenDocuments, goldenFolder } from './golden-events.ts';

describe('the shapes of events', () => {
  it('change by optional fields only; anything else needs a new version of the event', () => {
    expect(findBrokenEvents('.')).toEqual([]);
  });

  it('are kept for every event: `npm run docs` keeps a new one', () => {
    expect(Object.keys(eventCatalog).filter((name) => !existsSync(`${goldenFolder}/${name}.json`))).toEqual([]);
  });

  it('are missed when an event is gone, and compared field by field', async () => {
    const root = mkdtempSync(join(tmpdir(), 'countersign-golden-'));
    try {
      await mkdir(join(root, goldenFolder), { recursive: true });
      await writeFile(join(root, goldenFolder, 'orders.paused.v1.json'), '{}');
      const joined = goldenDocuments().find(({ file }) => file.endsWith('/orders.joined.v1.json'))!;
      await writeFile(join(root, joined.file), joined.text.replace('"joined_at"', '"joined"'));
      const broken = findBrokenEvents(root).join('\n');
      expect(broken).toContain('orders.paused.v1: the event is gone');
      expect(broken).toContain('orders.joined.v1: data.joined is gone');
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
