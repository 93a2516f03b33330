import { beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '@countersign/shared/crypto';
import {
  alterKit,
  failingChecks,
  filesOf,
  problemsOf,
  putText,
  signAnew,
  textOf,
  zipOf,
} from '../features/export-kit/alter-kit.ts';
import { sampleKey, sampleKnown as known, sampleParties, tellKit } from '../features/export-kit/sample-kit.ts';
import { sampleStory } from '../features/export-kit/sample-story.ts';
import { verifyKitFiles, verifyKitZip } from './verify-kit.ts';

const parties = sampleParties();

let kit: Uint8Array;

beforeAll(async () => {
  ({ kit } = await tellKit(4, parties));
});

describe('a kit as it was made', () => {
  it('holds, and everything in it was looked at', () => {
    const verdict = verifyKitZip(kit, known);
    expect(verdict.checks.flatMap(({ problems }) => problems)).toEqual([]);
    expect(verdict).toMatchObject({
      outcome: 'holds',
      gaps: [],
      key: { known_from_elsewhere: true, fingerprint: sha256Hex(sampleKey.verifierKey) },
      kit: { site_id: 'clinic-7', bundles: 4, orders: 4, leaves: 38, ledger_size: 38 },
    });
    const examined = Object.fromEntries(verdict.checks.map((one) => [one.check, one.examined]));
    expect(examined).toMatchObject({
      key: 1,
      checkpoint: 1,
      leaves: 38,
      orders: 4,
      decisions: 5,
      bundles: 4,
      chain: 4,
    });
    expect(examined['manifest']).toBe(filesOf(kit).size - 1);
  });

  it('holds by its own word when no key is given, and the verdict says so', () => {
    const verdict = verifyKitZip(kit);
    expect(verdict).toMatchObject({ outcome: 'holds', key: { known_from_elsewhere: false } });
    expect(verdict.checks[2]!.notes[0]).toContain('Compare its fingerprint');
  });

  it('holds unpacked', () => {
    expect(verifyKitFiles(filesOf(kit), known).outcome).toBe('holds');
  });

  it('tells each incident from report to seal in its report, with its trace', () => {
    const report = textOf(filesOf(kit), 'report.html');
    const { incidentId, orderId } = sampleStory(1, parties);
    const article = report.slice(report.indexOf(`id="incident-${incidentId}"`)).split('</article>')[0]!;
    const words = [
      'Reported by',
      'Runbook RB-BACKUP-001',
      `Order ${orderId} signed`,
      'Delivered',
      'Acknowledged',
      'Evidence bundle-1 handed in',
      'Sealed in the vault at position 2',
      'Order completed',
      'Incident resolved',
    ];
    const places = words.map((word) => article.indexOf(word));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(article).toContain(sha256Hex(incidentId).slice(0, 32));
    expect(report).not.toMatch(/<script|src=|https?:|@import/);
  });

  it('maps its bundles to the paragraphs of the rule, whatever their spelling', () => {
    const { controls } = JSON.parse(textOf(filesOf(kit), 'controls.json')) as {
      controls: { citation: string; title: string; bundles: { position: number }[] }[];
    };
    expect(
      controls.map(({ citation, title, bundles }) => [citation, title, bundles.map((one) => one.position)]),
    ).toEqual([
      ['164.308(a)(7)(ii)(A)', 'Data backup plan', [1, 2, 3, 4]],
      ['164.310(d)(2)(iv)', 'Data backup and storage', [2, 4]],
    ]);
  });
});

describe('what is no kit', () => {
  it.each([
    ['nothing', new Uint8Array(0)],
    ['a text', Buffer.from('This is no ZIP at all, whatever its name says.')],
    [
      'a gigabyte of nothing that is only declared',
      Buffer.concat([Buffer.from('504b0506', 'hex'), Buffer.alloc(18, 0xff)]),
    ],
  ])('%s ends with a reason', (_what, bytes) => {
    const verdict = verifyKitZip(bytes);
    expect(['unreadable', 'fails']).toContain(verdict.outcome);
    expect(verdict.checks[0]!.problems[0]!.message).not.toBe('');
  });

  it('a ZIP without a manifest cannot be read, and one of another format names it', async () => {
    expect(verifyKitZip(await zipOf(new Map([['a', Buffer.from('b')]]))).outcome).toBe('unreadable');
    const foreign = alterKit(kit, (f) =>
      putText(f, 'manifest.json', textOf(f, 'manifest.json').replace('countersign-kit/1', 'countersign-kit/9')),
    );
    const verdict = verifyKitZip(await zipOf(foreign));
    expect(verdict.outcome).toBe('unreadable');
    expect(problemsOf(verdict, 'manifest')[0]).toContain('has the format countersign-kit/9');
  });

  it('does not stumble over a manifest and leaves that are full of nonsense', async () => {
    const nonsense = alterKit(kit, (f) => {
      putText(
        f,
        'leaves/000000000002.json',
        '{"data": {"incident_id": 7, "parameters": []}, "id": "x", "subject": "clinic-7", "time": "never", "type": "orders.issued.v1"}',
      );
      putText(f, 'ledger/checkpoint', 'nonsense');
      putText(f, 'bundles/000000001.json', '[]');
      signAnew(f);
    });
    const verdict = verifyKitZip(await zipOf(nonsense), known);
    expect(verdict.outcome).toBe('fails');
    expect(failingChecks(verdict)).toEqual(expect.arrayContaining(['checkpoint', 'bundles', 'orders']));
  });
});
