import { describe, expect, it } from 'vitest';
import { stateFolderFor } from './state-folder.ts';

describe('stateFolderFor', () => {
  it("lies in an ordinary user's clone", () => {
    expect(stateFolderFor({ clone: '/home/u/c', isRoot: false })).toBe('/home/u/c/.countersign');
  });

  it("lies outside of root's clone, which the system user may not be able to enter", () => {
    expect(stateFolderFor({ clone: '/srv/c', isRoot: true })).toMatch(/^\/var\/lib\/countersign\/[0-9a-f]{8}$/);
  });

  it('keeps two clones of root apart', () => {
    const [one, two] = ['/srv/a', '/srv/b'].map((clone) => stateFolderFor({ clone, isRoot: true }));
    expect(one).not.toBe(two);
  });

  it('takes COUNTERSIGN_STATE_DIR, relative to the clone', () => {
    expect(stateFolderFor({ clone: '/c', isRoot: true, override: '/srv/x' })).toBe('/srv/x');
    expect(stateFolderFor({ clone: '/c', isRoot: false, override: 'x' })).toBe('/c/x');
  });
});
