import { textArray } from '@countersign/shared/persistence';

/** Rows turned into columns: one parameter of a statement for each reader, whatever the number of rows. */
export const columnsOf = <Row>(rows: readonly Row[], readers: ((row: Row) => string | null)[]): Buffer[] =>
  readers.map((read) => textArray(rows.map(read)));
