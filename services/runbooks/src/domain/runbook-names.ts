import { z } from 'zod';

/** `RB-<SUBJECT>-<NNN>`; the id is also the name of the file, hence the narrow alphabet. */
export const runbookId = z
  .string()
  .max(100)
  .regex(/^RB(-[A-Z0-9]+)+-\d{3}$/, 'must look like RB-BACKUP-001');

/** Names inside a file (steps, rules, parameters, evidence): lower case, words joined by `_` or `-`. */
export const localName = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/, 'must be lower-case words joined by "_" or "-"');

const semverNumber = '(?:0|[1-9]\\d*)';

/** https://semver.org, without build metadata: two files that differ must not compare as equal versions. */
export const semanticVersion = z
  .string()
  .max(64)
  .regex(
    new RegExp(`^${semverNumber}\\.${semverNumber}\\.${semverNumber}(?:-[0-9A-Za-z]+(?:\\.[0-9A-Za-z]+)*)?$`),
    'must be a semantic version such as 1.0.0',
  );

/** A paragraph of 45 CFR 164 (HIPAA), e.g. `164.308(a)(7)(ii)(A)`; sections 302 to 534 hold all that a control can cite. */
export const hipaaControl = z
  .string()
  .max(64)
  .regex(
    /^164\.[345]\d\d(\([a-z]\)(\(\d{1,2}\)(\([ivx]{1,4}\)(\([A-Z]\))?)?)?)?$/,
    'must cite 45 CFR 164, e.g. 164.308(a)(7)(ii)(A)',
  );

/** One line or paragraph for people. */
export const prose = z.string().trim().min(1).max(1_000);
