import type { DownloadRequestOf, RequestOf } from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto';
import { emptyBroker } from '@countersign/shared/testing';
import { vi } from 'vitest';
import {
  samplePrologue,
  sampleRunbook,
  sampleStory,
  type SampleParties,
  type SampleStory,
} from '../src/features/export-kit/sample-story.ts';
import { openTestVault } from './start-evidence.ts';
import {
  type Engines,
  sayAs,
  startGatewayBeside,
  startNeighbour,
  startOrdersBeside,
  startService,
} from './start-service.ts';

/** The evidence service with neighbours that say whole remediations, and a catalogue of one runbook. */
export async function startFleet(engines: Engines) {
  await emptyBroker(engines.natsUrl);
  const keys = new Map<string, string>();
  const vault = await openTestVault();
  const gateway = await startGatewayBeside(engines);
  const orders = await startOrdersBeside(engines, keys);
  const runbooks = await startNeighbour(engines, 'runbooks');
  const texts = new Map([[sha256Hex(sampleRunbook), sampleRunbook]]);
  type Question = RequestOf<'rpc.runbooks.read-texts.v1'>;
  runbooks.messaging.serve('rpc.runbooks.read-texts.v1', (items) =>
    Promise.resolve(
      (items as Question[]).map(({ digests }) => ({
        runbooks: digests.flatMap((digest) => {
          const text = texts.get(digest);
          return text === undefined ? [] : [{ digest, runbook_id: 'RB-BACKUP-001', version: '1.0.0', text }];
        }),
      })),
    ),
  );
  const evidence = await startService(engines, vault);

  async function say(events: SampleStory['before']): Promise<void> {
    const of = (source: string) => events.filter((event) => event.source === source);
    await gateway.say(of('/gateway'));
    await sayAs(orders, of('/orders'));
    await sayAs(runbooks, of('/runbooks'));
  }

  return {
    ...evidence,
    vault,
    gateway,
    say,
    /** Waits until leaves of these ids are published; gives the size of the newest checkpoint. */
    async published(eventIds: readonly string[]): Promise<number> {
      return vi.waitFor(
        async () => {
          const { rows } = await evidence.pool.query<{ last: number; count: number }>(
            'select max(leaf_index)::float8 as last, count(*)::int as count from ledger_leaves where event_id = any ($1)',
            [eventIds],
          );
          const head = await gateway.ask('rpc.evidence.ledger-head.v1', {});
          if (rows[0]!.count < eventIds.length)
            throw new Error(`${rows[0]!.count} of ${eventIds.length} leaves are there`);
          if (head.size <= rows[0]!.last) throw new Error('the checkpoint is not published yet');
          return head.size;
        },
        { timeout: 30_000, interval: 50 },
      );
    },
    /** Has stories `first` up to `end` happen, with what stands before them; gives the size of the ledger then. */
    async tell(parties: SampleParties, first: number, end: number): Promise<number> {
      keys.set(`${parties.siteId}/${parties.hostId}`, parties.appliance.publicKey);
      const stories = Array.from({ length: end - first }, (_, n) => sampleStory(first + n, parties));
      if (first === 0) await say(samplePrologue(parties));
      await say(stories.flatMap(({ before }) => before));
      const replies = await gateway.handIn(...stories.map(({ submission }) => submission));
      const refused = replies.find((reply) => (reply as { error?: unknown }).error !== undefined);
      if (refused !== undefined) throw new Error(JSON.stringify(refused));
      await say(stories.flatMap(({ after }) => after));
      return this.published([
        ...stories.flatMap(({ before, submission, after }) => [...before, submission, ...after].map(({ id }) => id)),
        ...stories.map(({ submission }) => `recorded:${submission.data.evidence_id}`),
      ]);
    },
    /** The kit as the gateway gets it. */
    async export(question: DownloadRequestOf<'rpc.evidence.export-kit.v1'>): Promise<Uint8Array> {
      const pieces: Uint8Array[] = [];
      const download = await gateway.messaging.downloads.open('rpc.evidence.export-kit.v1', question);
      for await (const piece of download) pieces.push(piece);
      return new Uint8Array(Buffer.concat(pieces));
    },
    async stop() {
      await evidence.stop();
      await runbooks.stop();
      await orders.stop();
      await gateway.stop();
      await vault.remove();
    },
  };
}

export type Fleet = Awaited<ReturnType<typeof startFleet>>;
