import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundleId, identifier } from '@countersign/shared/contracts';
import { keyPartOf, objectKeyOf } from './object-key.ts';

const recorded_at = '2026-11-21T23:59:59.999Z';
/** The rule of the vault room for a part of a key. */
const vaultPart = /^[A-Za-z0-9][A-Za-z0-9._:@=-]{0,254}$/;
const anyIdentifier = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,254}$/);

describe('the key of an object', () => {
  it('reads as site, day by the clock of the server, and bundle', () => {
    expect(objectKeyOf({ site_id: 'clinic-1', bundle_id: 'b.1', recorded_at })).toBe('clinic-1/2026/11/21/b.1.json');
  });

  it.each(['A', 'a:b', 'a@b', `a${'b'.repeat(254)}`, '0', 'a.b_c-d'])('takes the identifier %s', (id) => {
    expect(identifier.safeParse(id).success).toBe(true);
    expect(keyPartOf(id)).toMatch(vaultPart);
  });

  it('is legal for every legal identifier, and no longer than a file name may be', () => {
    fc.assert(
      fc.property(anyIdentifier, fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/), (site_id, bundle_id) => {
        expect(bundleId.safeParse(bundle_id).success).toBe(true);
        const parts = objectKeyOf({ site_id, bundle_id, recorded_at }).split('/');
        expect(parts).toHaveLength(5);
        for (const part of parts) {
          expect(part).toMatch(vaultPart);
          expect(part.length).toBeLessThan(256);
        }
      }),
    );
  });

  it('differs for any two sites, even where the store ignores case', () => {
    fc.assert(
      fc.property(anyIdentifier, anyIdentifier, (one, other) => {
        fc.pre(one !== other);
        expect(keyPartOf(one).toLowerCase()).not.toBe(keyPartOf(other).toLowerCase());
      }),
    );
    const alike = [
      'Clinic',
      'clinic',
      'CLINIC',
      'clinic:a',
      'clinic@a',
      'clinic_a',
      `a${'b'.repeat(200)}`,
      `a${'b'.repeat(201)}`,
    ];
    expect(new Set(alike.map((id) => keyPartOf(id).toLowerCase())).size).toBe(alike.length);
  });
});
