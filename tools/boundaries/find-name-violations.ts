import { globSync } from 'node:fs';
import { basename } from 'node:path';
import type { Violation } from './violation.ts';

const ROLES =
  'main module controller consumer handler repository entity config filter guard decorator strategy queries conformance'.split(
    ' ',
  );
/** A test is named after its file, or after its subject; the word before `spec` says what it needs. */
const TEST = /(^|\.)((integration|long|vault)\.)?spec$/;
const EMPTY_WORDS = /(^|-)(utils?|helpers?|common|manager|base|misc)$/;

export const nameRules: Record<string, { why: string; breaks: (parts: string[]) => string | undefined }> = {
  'name-says-something': {
    why: 'A file is named after its one concept: utils, helpers, common, manager and base name none.',
    breaks: ([subject = '']) => EMPTY_WORDS.exec(subject)?.[2],
  },
  'role-is-known': {
    why: `<subject>.<role>.ts; the roles are a closed list: ${ROLES.join(' ')}; and spec, integration.spec, long.spec, vault.spec behind it.`,
    breaks: ([, ...words]) => {
      const role = words.join('.').replace(TEST, '');
      return role === '' || ROLES.includes(role) ? undefined : role;
    },
  },
};

/** Files of the tree in the current folder whose name says nothing or claims a role that does not exist. */
export function findNameViolations(): Violation[] {
  const files = globSync([
    '{libs,services}/*/{src,test}/**/*.ts',
    'appliance/{src,test}/**/*.ts',
    'tools/**/*.ts',
    'e2e/**/*.ts',
  ]);
  return files.toSorted().flatMap((file) =>
    Object.entries(nameRules).flatMap(([rule, { why, breaks }]) => {
      const reaches = breaks(basename(file, '.ts').split('.'));
      return reaches === undefined ? [] : [{ rule, file, reaches, why }];
    }),
  );
}
