import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cosign, parseNote, witnessName } from '@countersign/shared/ledger';
import { timestampKeyOf } from '../src/domain/timestamp-key.ts';
import { CosignatureRepository } from '../src/persistence/cosignature.repository.ts';
import { TimestampRepository } from '../src/persistence/timestamp.repository.ts';
import { type DirectoryVault, flipBit, namesOf, openOwnedDirectory, openScrubbed } from './open-scrubbed.ts';
import { signerOf } from './start-evidence.ts';
import { someEvents } from './start-publisher.ts';

let disk: DirectoryVault;
let system: Awaited<ReturnType<typeof openScrubbed>>;
let item: string;
let stampKey: string;
const stampedAt = new Date('2026-11-21T10:00:00.000Z');

beforeAll(async () => {
  disk = await openOwnedDirectory();
  system = await openScrubbed(disk.vault);
  await system.append(someEvents(5));
  await system.publish();
  const { size, note } = (await system.reader.newestCheckpoint())!;
  const signer = signerOf(77);
  const { publicKey } = signer;
  const signedAt = new Date('2026-11-21T10:00:05.000Z');
  const line = cosign(parseNote(note).text, { name: witnessName(publicKey), signer, time: signedAt.getTime() / 1_000 });
  const cosignature = { size, publicKey, siteId: 'north', hostId: 'box-1', line, signedAt };
  await new CosignatureRepository(system.evidence.pool).keep([cosignature]);
  item = `checkpoint_cosignatures/${size}/${publicKey}`;
  stampKey = timestampKeyOf(size, stampedAt);
  const response = Buffer.from('what the authority answered');
  const retainUntil = new Date(Date.now() + 86_400_000);
  await disk.vault.put({ key: stampKey, bytes: response, contentType: 'application/timestamp-reply', retainUntil });
  await new TimestampRepository(system.evidence.pool).keep({ size, authority: 'a', response, stampedAt });
});

afterAll(async () => {
  await system.close();
  await disk.remove();
});

const found = async () => namesOf(await system.scrub());

describe('what others signed', () => {
  it('is no fault as it came', async () => {
    expect(await found()).toEqual([]);
    expect(namesOf(await system.scrub({ site: 'north' }))).toEqual([]);
  });

  it.each([
    `line = replace(line, substring(line from 60 for 4), 'AAAA')`,
    `line = 'nonsense'`,
    `signed_at = signed_at - interval '1 hour'`,
  ])('is named when the row of a cosignature has another %s', async (change) => {
    expect(await system.findAfter(`update checkpoint_cosignatures set ${change}`)).toEqual([`row-changed ${item}`]);
  });

  it('does not answer for its checkpoint', async () => {
    const size = await system.reader.size();
    expect(await system.findAfter(`update ledger_checkpoints set note = overlay(note placing 'x' from 3)`)).toEqual([
      `checkpoint-changed ledger_checkpoints/${size}`,
    ]);
  });

  it('is named when the answer of the authority differs, or is gone from the vault', async () => {
    const names = await disk.whileChanged(stampKey, flipBit, found);
    expect(names).toEqual([expect.stringMatching(`^object-changed ${stampKey}`)]);
    expect(await disk.whileChanged(stampKey, () => undefined, found)).toEqual([`object-missing ${stampKey}`]);
    const { versionId } = (await disk.vault.find(stampKey))!;
    expect(await system.findAfter(`update checkpoint_timestamps set response = '\\x00'`)).toEqual([
      `object-changed ${stampKey}?versionId=${versionId}`,
    ]);
  });
});
