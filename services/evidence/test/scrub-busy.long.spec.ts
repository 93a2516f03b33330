import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DirectoryVault, flipBit, openOwnedDirectory, openScrubbed } from './open-scrubbed.ts';
import { someEvents } from './start-publisher.ts';
import { startScrubber } from './start-scrubber.ts';

let disk: DirectoryVault;
let system: Awaited<ReturnType<typeof openScrubbed>>;
let scrubber: ReturnType<typeof startScrubber>;
let isBusy = true;
let written = 0;
let writing: Promise<unknown>;

/** Bundles of three sites are handed in and sealed, other events come between, and the publisher never rests. */
async function write(): Promise<void> {
  const sites = ['north', 'south', 'west'];
  while (isBusy) {
    await system.accept(sites[written % 3]!, 5);
    await system.append(someEvents(7, { subject: 'south' }));
    await system.seal(150);
    await system.append(someEvents(1, { subject: 'west', data: { text: 'y'.repeat(62_000), written } }));
    written += 1;
  }
}

beforeAll(async () => {
  disk = await openOwnedDirectory();
  system = await openScrubbed(disk.vault);
  await system.accept('north', 3);
  await system.seal();
  await system.publish();
  writing = write();
  scrubber = startScrubber(system.databaseUrl, disk.vault, { graceMs: 60_000, confirmAfterMs: 0, restMs: 1 });
});

afterAll(async () => {
  isBusy = false;
  await writing;
  await scrubber.scrubber.stop();
  await system.close();
  await disk.remove();
});

/** All there ever were, those included that were taken back. */
const everFound = async () => (await system.admin.query('select kind, item, detail from scrub_findings')).rows;
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 18_000, interval: 20 });

describe('while records arrive all the time', () => {
  it('the scrubber finds nothing in rounds that began before, between and after them', async () => {
    const size = await system.reader.size();
    await until(async () => {
      expect(written).toBeGreaterThan(15);
      expect(scrubber.rounds()).toBeGreaterThan(3);
      expect(await system.reader.size()).toBeGreaterThan(size + 256);
    });
    expect(await everFound()).toEqual([]);
  });

  it('and yet it finds the one object that was changed', async () => {
    const [first] = await system.sealed('north');
    const item = `${first!.key}?versionId=${first!.version_id}`;
    await disk.whileChanged(first!.key, flipBit, () =>
      until(async () => expect(await everFound()).toMatchObject([{ kind: 'object-changed', item }])),
    );
  });
});
