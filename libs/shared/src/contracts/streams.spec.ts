import { describe, expect, it } from 'vitest';
import { eventCatalog } from './event-catalog.ts';
import { requestCatalog } from './request-catalog.ts';
import { streamOf, streams } from './streams.ts';

describe('streams', () => {
  it('hold every event exactly once', () => {
    const subjects = streams.flatMap((stream) => stream.subjects);
    expect(subjects.toSorted()).toEqual(Object.keys(eventCatalog).toSorted());
  });

  it('capture no request subject, for JetStream would answer it with its own acknowledgement', () => {
    const subjects: string[] = streams.flatMap((stream) => stream.subjects);
    for (const request of Object.keys(requestCatalog)) expect(subjects).not.toContain(request);
    expect(subjects.filter((subject) => /[*>]/.test(subject))).toEqual([]);
  });

  it('belong to the owner that the first token of a subject names', () => {
    for (const [name, contract] of Object.entries(eventCatalog)) {
      if (name.startsWith('dead-letters.')) continue;
      expect(name.split('.')[0]).toBe(contract.owner);
      expect(streamOf(name as keyof typeof eventCatalog)).toBe(contract.owner.toUpperCase());
    }
  });
});
