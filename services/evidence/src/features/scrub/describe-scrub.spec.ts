import { describe, expect, it } from 'vitest';
import { describeScrub } from './describe-scrub.ts';

const finding = {
  id: '1',
  kind: 'object-changed',
  item: 'north/a.json?versionId=7',
  siteId: 'north',
  detail: 'The file has other bytes than were sealed.',
  firstSeen: new Date(0),
};
const outcome = { findings: [], resolved: [], objects: 12, seconds: 1.26 };

describe('describeScrub', () => {
  it('says in a line that all is well', () => {
    expect(describeScrub(outcome)).toBe('Everything is as it was: 12 objects, 1.3 s.');
  });

  it('names each item, what is wrong with it, whose it is, and what was mended', () => {
    const text = describeScrub({ ...outcome, findings: [finding], resolved: [{ kind: 'tile-missing', item: 'tile' }] });
    expect(text).toBe(
      [
        'object-changed  north/a.json?versionId=7',
        '    The file has other bytes than were sealed. Site: north.',
        'as it was again: tile-missing  tile',
        '1 thing is not as it was: 12 objects, 1.3 s.',
      ].join('\n'),
    );
    const two = describeScrub({ ...outcome, findings: [finding, { ...finding, siteId: null }] });
    expect(two).toContain('2 things are not as they were: 12');
  });
});
