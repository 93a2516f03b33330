import type { z } from 'zod';
import { type FaultPath, findReferenceFaults, type Runbook, runbookFile } from '../../domain/index.ts';
import type { FileFault } from './file-fault.ts';
import { locate, mostFaults, type ParsedYaml, parseYaml } from './parse-yaml.ts';
import type { RunbookSource } from './read-runbook-files.ts';

/** A file after parsing: its runbook when nothing is wrong with it, and how to find the place of a value. */
export interface ParsedRunbook {
  file: string;
  runbook: Runbook | null;
  faults: FileFault[];
  faultAt(path: FaultPath, message: string): FileFault;
}

/** Parses one file: YAML, then the schema, then the references, so that a fault is reported at its cause only. */
export function parseRunbook(source: RunbookSource): ParsedRunbook {
  const { yaml, faults } = parseYaml(source);
  const faultAt = (path: FaultPath, message: string): FileFault => ({
    file: source.file,
    ...locate(yaml, path),
    message: path.length === 0 ? message : `${printPath(path)}: ${message}`,
  });
  if (faults.length > 0) {
    return { file: source.file, runbook: null, faults, faultAt };
  }
  const content: unknown = yaml.document.toJS({ maxAliasCount: 0 });
  const checked = runbookFile.safeParse(content);
  if (!checked.success) {
    const issues = checked.error.issues
      .slice(0, mostFaults)
      .flatMap((issue) => describeIssue(issue, content, source.file, yaml, faultAt))
      .slice(0, mostFaults);
    return { file: source.file, runbook: null, faults: issues, faultAt };
  }
  const runbook: Runbook = { ...checked.data, digest: source.digest, source: source.source };
  const wrong = findReferenceFaults(checked.data).map((fault) => faultAt(fault.path, fault.message));
  if (`${runbook.id}.yaml` !== source.file) {
    wrong.push(faultAt(['id'], `the file must be named ${runbook.id}.yaml`));
  }
  return { file: source.file, runbook, faults: wrong, faultAt };
}

function describeIssue(
  issue: z.core.$ZodIssue,
  content: unknown,
  file: string,
  yaml: ParsedYaml,
  faultAt: (path: FaultPath, message: string) => FileFault,
): FileFault[] {
  const path = issue.path as FaultPath;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, mostFaults).map((key) => ({
      file,
      ...locate(yaml, path, key),
      message: `${printPath([...path, key])}: there is no such key`,
    }));
  }
  return [faultAt(path, path.length > 0 && readAt(content, path) === undefined ? 'is missing' : issue.message)];
}

const readAt = (content: unknown, path: FaultPath): unknown =>
  path.reduce<unknown>(
    (value, part) => (value as Record<string | number, unknown> | null | undefined)?.[part],
    content,
  );

/** `steps[0].timeout` */
const printPath = (path: FaultPath): string =>
  path.map((part, place) => (typeof part === 'number' ? `[${part}]` : place === 0 ? part : `.${part}`)).join('');
