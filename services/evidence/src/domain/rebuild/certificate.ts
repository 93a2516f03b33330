import { canonicalString, sha256Hex } from '@countersign/shared/crypto';

/** One table, before and after. */
export interface CertifiedTable {
  name: string;
  /** Null when it was not there. */
  before: { rows: number; sha256: string } | null;
  after: { rows: number; sha256: string };
  /** Columns that are not compared: times of the database's own clock. */
  notCompared: readonly string[];
  /** Rows that only one of both has, where they differ. */
  differences: { onlyBefore: number; onlyAfter: number } | null;
}

/** What a rebuild did, and what it proved. */
export interface RebuildCertificate {
  kind: 'rebuild' | 'continue';
  machine: string;
  /** RFC 3339. */
  startedAt: string;
  finishedAt: string;
  ledger: {
    origin: string;
    /** C2SP vkey that the checkpoints were verified with. */
    verifierKey: string;
    /** Of the newest checkpoint. */
    size: number;
    /** Base64. */
    root: string;
    /** Leaves in the database: those, and what waits for the next checkpoint. */
    leaves: number;
    leavesByType: Record<string, number>;
  };
  vault: { scheme: string; checkpoints: number; tiles: number; objects: number; timestamps: number };
  chains: { sites: number; links: number };
  tables: CertifiedTable[];
  /** What the vault does not hold, with the rows that were there. */
  notRebuilt: { table: string; before: number | null; after: number }[];
  lost: { kind: string; id: string; detail: string }[];
  incomplete: { id: string; detail: string }[];
  adopted: { id: string; detail: string }[];
  moved: { id: string; from: number; to: number }[];
  rechained: { id: string; detail: string }[];
  /** The schema that was replaced, when it was kept. */
  keptSchema: string | null;
}

const title = {
  rebuild: 'Countersign: certificate of a rebuild of the evidence database from the vault',
  continue: 'Countersign: certificate of a continuation of the evidence database from the vault',
};

/** A note is at most 64 KiB; the rest is in the JSON, whose digest the note has. */
const linesAtMost = 40;
const charactersAtMost = 160;

/** The certificate for programs: one spelling, and all of it. */
export const certificateJson = (certificate: RebuildCertificate): string => canonicalString(certificate);

/**
 * The certificate for people: the text that is signed as a note. Its first lines are never those of a checkpoint. Of long
 * lists it has the beginning; it names the SHA-256 of `certificateJson`, which has everything.
 */
export function renderCertificate(certificate: RebuildCertificate): string {
  const { kind, ledger, vault, chains, tables, notRebuilt, lost, keptSchema } = certificate;
  const lines = [
    title[kind],
    '',
    `machine    ${certificate.machine}`,
    `from       ${certificate.startedAt}`,
    `to         ${certificate.finishedAt}`,
    `ledger     ${ledger.origin}`,
    `key        ${ledger.verifierKey}`,
    `size       ${ledger.size}`,
    `root       ${ledger.root}`,
    `leaves     ${ledger.leaves}`,
    `json       sha256 ${sha256Hex(certificateJson(certificate))}`,
    ...section(
      'Leaves by type',
      Object.entries(ledger.leavesByType).map(([type, count]) => `${type}: ${count}`),
    ),
    ...section('Proved', [
      `${vault.checkpoints} signed checkpoints in the vault, each the beginning of the next`,
      `${vault.tiles} full tiles of hashes, and the entries under them`,
      `${ledger.size} leaves in the tables lead to the signed root`,
      `${chains.links} links of ${chains.sites} chains`,
      `${vault.objects} objects of bundles, ${vault.timestamps} timestamps`,
    ]),
    ...section('Tables: rows and SHA-256 over the sorted rows', tables.flatMap(describeTable)),
    ...section(
      'Not in the vault, and not rebuilt',
      notRebuilt.map(({ table, before, after }) => `${table}: ${before ?? 'unknown'} before, ${after} after`),
    ),
    ...section(
      'Lost',
      lost.map(({ kind: what, id, detail }) => `${what} ${id}${detail && `: ${detail}`}`),
      'nothing',
    ),
    ...section(
      'Not known in full',
      certificate.incomplete.map(({ id, detail }) => `${id}: ${detail}`),
    ),
    ...section(
      'Found in the vault without a leaf, recorded and queued',
      certificate.adopted.map(({ id, detail }) => `${id}: ${detail}`),
    ),
    ...section(
      'Leaves that were never published, at new places',
      certificate.moved.map(({ id, from, to }) => `${id}: ${from} is ${to} now`),
    ),
    ...section(
      'Bundles that were not sealed, at new places',
      certificate.rechained.map(({ id, detail }) => `${id}: ${detail}`),
    ),
    ...(keptSchema === null ? [] : ['', `The schema that was there is kept as ${keptSchema}.`]),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function describeTable({ name, before, after, notCompared, differences }: CertifiedTable): string[] {
  const verdict =
    before === null
      ? 'was not there'
      : before.sha256 === after.sha256
        ? 'equal'
        : `before: ${before.rows} ${before.sha256}`;
  const counts = differences && ` (${differences.onlyBefore} rows only before, ${differences.onlyAfter} only after)`;
  const left = notCompared.length === 0 ? '' : `, without ${notCompared.join(', ')}`;
  return [`${name}: ${after.rows} ${after.sha256}${left}: ${verdict}${counts ?? ''}`];
}

function section(head: string, lines: readonly string[], none?: string): string[] {
  if (lines.length === 0) return none === undefined ? [] : ['', head, `  ${none}`];
  const shown = lines.slice(0, linesAtMost).map((line) => `  ${line.slice(0, charactersAtMost)}`);
  const more = lines.length - shown.length;
  return ['', head, ...shown, ...(more > 0 ? [`  and ${more} more, in the JSON`] : [])];
}

/** A note has no control characters, and an id may be anything that somebody sent. */
const printable = (line: string): string => line.replaceAll(/[\p{Control}\p{Surrogate}]/gu, '?');
