/** Something wrong with a file of the catalogue. `line` and `column` count from 1. */
export interface FileFault {
  file: string;
  line: number;
  column: number;
  message: string;
}

/** A fault of the file as a whole. */
export const wholeFile = (file: string, message: string): FileFault => ({ file, line: 1, column: 1, message });

/** In the form that editors and terminals turn into a link. */
export const printFault = (fault: FileFault): string => `${fault.file}:${fault.line}:${fault.column}: ${fault.message}`;

/** By file, then by place: the order in which somebody mends them. */
export const sortFaults = (faults: readonly FileFault[]): FileFault[] =>
  faults.toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column);
