import { parseInstant, sha256Hex } from '@countersign/shared/crypto';
import type { KitRange } from './facts/kit-data.ts';
import { type Fields, fieldsIn, isFields, numberIn, parseFields, textIn } from './facts/read-fields.ts';
import { jsonFile, kitFormat } from './kit-names.ts';

/** A file that a manifest vouches for. */
export interface ManifestFile {
  name: string;
  /** Bytes. */
  size: number;
  /** 64 hex. */
  sha256: string;
}

/** What a kit is of, and every file in it but the manifest and its signature. */
export interface Manifest {
  range: KitRange;
  head: { origin: string; size: number; root: string };
  /** C2SP vkey. */
  ledgerKey: string;
  /** By name. */
  files: ManifestFile[];
}

/** The text of `manifest.json`. */
export function formatManifest({ range, head, ledgerKey, files }: Manifest): string {
  const { siteId, from, to } = range;
  return jsonFile({ format: kitFormat, site_id: siteId, from, to, head, ledger_key: ledgerKey, files });
}

/** The format that a manifest says it has; null for what is none. */
export const formatOf = (text: string): string | null => textIn(parseFields(text) ?? {}, 'format');

/** Reads what `formatManifest` makes, in that one spelling; undefined for anything else. */
export function parseManifest(text: string): Manifest | undefined {
  const fields = parseFields(text);
  if (fields === undefined) return undefined;
  const head = fieldsIn(fields, 'head');
  const [siteId, from, to] = ['site_id', 'from', 'to'].map((name) => textIn(fields, name) ?? '') as [
    string,
    string,
    string,
  ];
  const files = Array.isArray(fields['files']) ? (fields['files'] as unknown[]).map(readFile) : [];
  if (parseInstant(from) === undefined || parseInstant(to) === undefined || !files.every((file) => file !== undefined))
    return undefined;
  const manifest = {
    range: { siteId, from, to },
    head: {
      origin: textIn(head, 'origin') ?? '',
      size: numberIn(head, 'size') ?? -1,
      root: textIn(head, 'root') ?? '',
    },
    ledgerKey: textIn(fields, 'ledger_key') ?? '',
    files,
  };
  return formatManifest(manifest) === text ? manifest : undefined;
}

function readFile(value: unknown): ManifestFile | undefined {
  const file: Fields = isFields(value) ? value : {};
  const [name, size, sha256] = [textIn(file, 'name'), numberIn(file, 'size'), textIn(file, 'sha256')];
  return name === null || size === null || sha256 === null ? undefined : { name, size, sha256 };
}

/**
 * What the ledger's key signs about a manifest, as the text of a note (C2SP signed-note). Its second line is no number,
 * so that it can never be read as a checkpoint, which the same key signs.
 */
export function manifestNoteText(manifestText: string): string {
  return `${kitFormat}\nmanifest.json sha256:${sha256Hex(manifestText)}\n`;
}
