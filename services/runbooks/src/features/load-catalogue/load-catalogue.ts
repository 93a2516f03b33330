import { AppError } from '@countersign/shared/kernel';
import { type Catalogue, compileCatalogue } from '../../domain/index.ts';
import { type FileFault, printFault, sortFaults } from './file-fault.ts';
import { parseRunbook, type ParsedRunbook } from './parse-runbook.ts';
import { readRunbookFiles } from './read-runbook-files.ts';

/**
 * Loads every runbook of a directory.
 * @throws AppError `RUNBOOKS.CATALOGUE_INVALID`: its message has one line for each fault of all files
 * (`RB-DISK-001.yaml:12:5: steps[0].timeout: is missing`), and `details.faults` has the same as data. Nothing is loaded
 * then: a service that started with half of its runbooks would send people what a rule could have answered.
 */
export async function loadCatalogue(directory: string): Promise<Catalogue> {
  const { sources, faults } = await readRunbookFiles(directory);
  const parsed = sources.map(parseRunbook);
  const compiled = compileCatalogue(parsed.flatMap(({ runbook }) => runbook ?? []));
  const all = [
    ...faults,
    ...parsed.flatMap((one) => one.faults),
    ...(compiled.ok ? [] : compiled.refusal.flatMap((fault) => placeFault(fault, parsed))),
  ];
  if (!compiled.ok || all.length > 0) {
    throw describeFaults(directory, sortFaults(all));
  }
  return compiled.value;
}

/** With an id that is there twice, the last file that has it is meant; the first one was there before. */
function placeFault(
  fault: { runbook_id: string; path: readonly (string | number)[]; message: string },
  parsed: ParsedRunbook[],
) {
  const place = parsed.findLast((one) => one.runbook?.id === fault.runbook_id);
  return place === undefined ? [] : [place.faultAt(fault.path, fault.message)];
}

function describeFaults(directory: string, faults: FileFault[]): AppError {
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  const message = [`the runbook catalogue ${directory} has ${count}:`, ...faults.map(printFault)].join('\n  ');
  return new AppError('RUNBOOKS.CATALOGUE_INVALID', 'invalid', message, { details: { faults } });
}
