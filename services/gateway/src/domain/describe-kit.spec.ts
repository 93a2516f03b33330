import { describe, expect, it } from 'vitest';
import { kitQuestion, nameOfKit } from './describe-kit.ts';

const question = { site_id: 'clinic-7', from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };
const fieldsOf = (changes: object) =>
  kitQuestion.safeParse({ ...question, ...changes }).error?.issues.map(({ path }) => path.join('.'));

describe('the question for a kit', () => {
  it('takes a range of up to 400 days, in any zone', () => {
    expect(fieldsOf({})).toBeUndefined();
    expect(fieldsOf({ to: '2027-02-05T02:00:00+02:00' })).toBeUndefined();
    expect(fieldsOf({ to: '2027-02-05T00:00:01Z' })).toEqual(['to']);
  });

  it('refuses a range that is empty or runs backwards', () => {
    expect(fieldsOf({ to: question.from })).toEqual(['to']);
    expect(fieldsOf({ to: '2026-01-01T01:00:00+02:00' })).toEqual(['to']);
  });

  it('names every bad field', () => {
    expect(fieldsOf({ site_id: '../x', from: 'yesterday', to: undefined, head: '-1' })).toEqual([
      'site_id',
      'from',
      'to',
      'head',
    ]);
  });
});

describe('the name of a kit', () => {
  it('says the site and the days in UTC', () => {
    const parsed = kitQuestion.parse({ ...question, from: '2026-01-01T01:00:00+02:00' });
    expect(nameOfKit(parsed)).toBe('countersign-clinic-7-2025-12-31-2026-04-01.zip');
  });

  it('holds nothing that a header or a file system reads otherwise', () => {
    const parsed = kitQuestion.parse({ ...question, site_id: 'a:b@c.d' });
    expect(nameOfKit(parsed)).toBe('countersign-a_b@c.d-2026-01-01-2026-04-01.zip');
  });
});
