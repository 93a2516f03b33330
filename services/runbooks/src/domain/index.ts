export { type Catalogue, compileCatalogue, findRunbook } from './catalogue.ts';
export type { CatalogueFault, FaultPath, RunbookFault } from './catalogue-fault.ts';
export { decide, type Decision } from './decide.ts';
export type { DecidableIncident } from './find-rule.ts';
export { findReferenceFaults } from './find-reference-faults.ts';
export { describeRunbook, type Runbook, runbookFile, type RunbookFile } from './runbook.ts';
