import type { RunbookSummary } from '@countersign/shared/contracts';

/** The runbooks that a box has, by id; an order that names another one, or another edition, is refused. */
export type KnownRunbooks = ReadonlyMap<string, Pick<RunbookSummary, 'digest' | 'hipaa_controls'>>;
