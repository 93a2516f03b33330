import { describe, expect, it } from 'vitest';
import { hipaaControl, runbookId, semanticVersion } from './runbook-names.ts';

describe('the names of a runbook', () => {
  it.each([
    [
      'a runbook id',
      runbookId,
      ['RB-BACKUP-001', 'RB-WIN-SEC-006'],
      ['RB-001', 'rb-backup-001', 'RB-BACKUP-1', '../RB-A-001', 'RB-A-001\n'],
    ],
    [
      'a version',
      semanticVersion,
      ['0.1.0', '10.2.3', '1.0.0-rc.1'],
      ['1', '1.0', 'v1.0.0', '01.0.0', '1.0.0+build', '1.0.0\n'],
    ],
    [
      'a HIPAA control',
      hipaaControl,
      ['164.312(b)', '164.312(a)(1)', '164.310(d)(2)(iv)', '164.308(a)(7)(ii)(A)', '164.404'],
      [
        '308(a)(1)',
        '164.308 (a)',
        '164.308(a)(1)(ii)(D',
        '164.208(a)',
        '164.308(1)',
        '164.308(a)(1)(ii)(d)',
        '45 CFR 164.312(b)',
      ],
    ],
  ])('knows %s', (_what, schema, good, bad) => {
    expect(good.filter((text) => !schema.safeParse(text).success)).toEqual([]);
    expect(bad.filter((text) => schema.safeParse(text).success)).toEqual([]);
  });
});
