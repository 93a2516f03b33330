/** The way to a value inside a file: `['steps', 0, 'timeout']`. */
export type FaultPath = readonly (string | number)[];

/** Something wrong with a runbook, at a place of its file. */
export interface RunbookFault {
  path: FaultPath;
  message: string;
}

/** The same, where several runbooks are looked at together. */
export interface CatalogueFault extends RunbookFault {
  runbook_id: string;
}
