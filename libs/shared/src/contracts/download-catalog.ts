import { z } from 'zod';
import { kitQuery } from './evidence.ts';
import type { ServiceName } from './event-catalog.ts';
import { identifier } from './identifiers.ts';

export interface DownloadContract {
  owner: ServiceName;
  /** The services that may open it; the broker refuses everybody else. */
  askers: readonly ServiceName[];
  summary: string;
  request: z.ZodType;
}

/**
 * Every question whose answer is a stream of bytes, larger than a message may be. It comes in pieces, each asked for
 * when the one before has been taken; what goes wrong before the first piece is an error of its own.
 */
export const downloadCatalog = {
  'rpc.evidence.read-entries.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: 'A bundle of entries of the ledger (C2SP tlog-tiles), the first `width` of it.',
    request: z.object({ index: z.int().nonnegative(), width: z.int().min(1).max(256) }),
  },
  'rpc.evidence.export-kit.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: "The auditor's kit of a site: one ZIP.",
    request: kitQuery.extend({ site_id: identifier }),
  },
} as const satisfies Record<string, DownloadContract>;

export type DownloadName = keyof typeof downloadCatalog;
export type DownloadNameOf<Owner extends ServiceName> = {
  [Name in DownloadName]: (typeof downloadCatalog)[Name]['owner'] extends Owner ? Name : never;
}[DownloadName];
export type DownloadRequestOf<Name extends DownloadName> = z.output<(typeof downloadCatalog)[Name]['request']>;
