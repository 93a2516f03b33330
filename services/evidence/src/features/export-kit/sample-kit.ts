import type { EventEnvelope } from '@countersign/shared/contracts';
import { nodeEd25519, sha256 } from '@countersign/shared/crypto';
import {
  encodeBase64,
  type HashReader,
  hashLength,
  leafHash,
  signCheckpoint,
  tileRoot,
  treeRoot,
} from '@countersign/shared/ledger';
import type { Requester } from '@countersign/shared/messaging';
import { type ChainHead, emptyChain, headAt, linkAfter } from '../../domain/chain-link.ts';
import { evidenceEnvelope } from '../../domain/evidence-envelope.ts';
import type { KitData } from '../../domain/kit/facts/kit-data.ts';
import { kitNames } from '../../domain/kit/kit-names.ts';
import { writeZip } from '../../domain/kit/zip/write-zip.ts';
import { leafOf } from '../../domain/leaf.ts';
import { type LedgerKey, openLedgerKey } from '../../domain/ledger-key.ts';
import { readLeaf } from '../../domain/kit/facts/kit-leaf.ts';
import { assembleKit } from './assemble-kit.ts';
import { collectBundles } from './collect-bundles.ts';
import { collectRunbooks } from './collect-runbooks.ts';
import { fileOf } from './kit-file.ts';
import { proveLeaves } from './prove-leaves.ts';
import { sampleEvent, samplePrologue, sampleRunbook, sampleStory, type SampleParties } from './sample-story.ts';

export const sampleKey = openLedgerKey('7e'.repeat(32), 'ledger.example/log');
/** What an auditor has from elsewhere. */
export const sampleKnown = { ledgerKey: sampleKey.verifierKey };

export const sampleParties = (siteId = 'clinic-7'): SampleParties => ({
  siteId,
  hostId: 'box-1',
  orders: nodeEd25519.createSigner('0a'.repeat(32)),
  appliance: nodeEd25519.createSigner('0b'.repeat(32)),
  from: new Date('2026-11-21T10:00:00.000Z'),
});

/** A ledger in memory with a vault beside it, for specs: what the service does, without its database. */
export class SampleLedger {
  readonly events: EventEnvelope[] = [];
  readonly vault = new Map<string, string>();
  #head: ChainHead | undefined;

  say(...events: EventEnvelope[]): void {
    this.events.push(...events);
  }

  /** Chains and seals what is handed in, and says so. */
  seal(submission: EventEnvelope<'gateway.evidence-submitted.v1'>, publicKey: string | null): void {
    const { data, traceparent, time } = submission;
    const recordedAt = new Date(Date.parse(time) + 500).toISOString();
    const link = linkAfter(this.#head ?? emptyChain(data.site_id), {
      ...data,
      public_key: publicKey,
      recorded_at: recordedAt,
    });
    this.#head = headAt(link);
    const trace_id = traceparent?.slice(3, 35) ?? null;
    const versionId = `v${link.position}`;
    this.vault.set(versionId, evidenceEnvelope({ ...link, trace_id, channel: data.channel, document: data.document }));
    this.say(
      submission,
      sampleEvent('evidence.recorded.v1', {
        id: `recorded:${data.evidence_id}`,
        subject: data.site_id,
        at: new Date(Date.parse(time) + 1_000),
        ...(trace_id !== null && { trace: trace_id }),
        data: {
          evidence_id: data.evidence_id,
          bundle_id: data.bundle_id,
          site_id: data.site_id,
          host_id: data.host_id,
          order_id: data.order_id,
          outcome: data.outcome,
          position: link.position,
          digest: data.digest,
          link_hash: link.link_hash,
          uri: `vault://x?versionId=${versionId}`,
          version_id: versionId,
          retain_until: '2032-11-21T10:00:00.000Z',
          recorded_at: link.recorded_at,
        },
      }),
    );
  }

  /** Whole stories, one after the other. */
  tell(count: number, parties: SampleParties): void {
    this.say(...samplePrologue(parties));
    for (let n = 0; n < count; n += 1) {
      const { before, submission, after } = sampleStory(n, parties);
      this.say(...before);
      this.seal(submission, parties.appliance.publicKey);
      this.say(...after);
    }
  }
}

export interface SampleKitOptions {
  key?: LedgerKey;
  /** Leaves that the server keeps back. */
  omit?: (event: EventEnvelope) => boolean;
  verifier?: string;
}

/** The kit of everything that a ledger holds of a site. */
export async function sampleKit(
  ledger: SampleLedger,
  siteId: string,
  options: SampleKitOptions = {},
): Promise<Uint8Array> {
  const { key = sampleKey, omit = () => false, verifier = 'void 0;\n' } = options;
  const texts = ledger.events.map((event) => leafOf(event).text);
  const hashes = texts.map((text) => leafHash(Buffer.from(text), sha256));
  const tiles = readerOf(hashes);
  const root = await treeRoot(hashes.length, tiles, sha256);
  const head = {
    size: hashes.length,
    note: signCheckpoint({ origin: key.origin, size: hashes.length, root }, key.signer),
  };
  const leaves = texts.flatMap((text, index) => {
    const event = ledger.events[index]!;
    return [siteId, '-'].includes(event.subject) && !omit(event) ? [readLeaf(index, text)!] : [];
  });
  const get = (_: string, version: string) => Promise.resolve(Buffer.from(ledger.vault.get(version)!));
  const ask = () =>
    Promise.resolve({
      runbooks: [{ digest: leafDigest(sampleRunbook), runbook_id: '', version: '', text: sampleRunbook }],
    });
  const { bundles, files: envelopes } = await collectBundles(leaves, { get }, undefined);
  const runbooks = await collectRunbooks(leaves, { ask: ask as unknown as Requester['ask'] });
  const data: KitData = {
    range: { siteId, from: '2026-11-21T10:00:00.000Z', to: '2026-11-22T10:00:00.000Z' },
    head: { origin: key.origin, size: head.size, root: encodeBase64(root) },
    ledgerKey: key.verifierKey,
    leaves,
    bundles,
    runbooks: runbooks.digests,
    checkpoints: [],
  };
  const primary = [
    fileOf(kitNames.head, head.note),
    fileOf(kitNames.witnesses, '{\n  "witnesses": {}\n}\n'),
    ...leaves.map(({ index, text }) => fileOf(kitNames.leaf(index), text)),
    ...(await proveLeaves(leaves, head, tiles, undefined)),
    ...envelopes,
    ...runbooks.files,
  ];
  const pieces: Uint8Array[] = [];
  for await (const piece of writeZip(assembleKit({ data, primary, verifier }, key))) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}

/** A ledger of so many stories, and its kit. */
export async function tellKit(
  count: number,
  parties: SampleParties,
): Promise<{ ledger: SampleLedger; kit: Uint8Array }> {
  const ledger = new SampleLedger();
  ledger.tell(count, parties);
  return { ledger, kit: await sampleKit(ledger, parties.siteId) };
}

const leafDigest = (text: string) => Buffer.from(sha256(Buffer.from(text))).toString('hex');

/** Tiles of up to 65,536 leaves. */
const readerOf = (hashes: readonly Uint8Array[]): HashReader => ({
  read(level, index, width) {
    const tile = (at: number) => Buffer.concat(hashes.slice(at * 256, at * 256 + 256));
    if (level === 0) return Promise.resolve(tile(index).subarray(0, width * hashLength));
    return Promise.resolve(Buffer.concat(Array.from({ length: width }, (_, at) => tileRoot(tile(at), sha256))));
  },
});
