import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeSchema } from '../describe-schema.ts';
import { findBreakingChanges } from './find-breaking-changes.ts';

const before = {
  site_id: z.string(),
  tier: z.enum(['L1', 'L2']),
  order: z.object({ id: z.string(), ttl: z.int() }),
  note: z.string().nullable(),
  tags: z.array(z.string().max(10)),
};
const change = (now: Record<string, z.ZodType>) => {
  const [old, next] = [z.object(before), z.object(now)].map((schema) => describeSchema(schema, 'output'));
  return findBreakingChanges(old!, next!);
};

describe('findBreakingChanges', () => {
  it('lets an optional field come, at any depth, and prose change', () => {
    expect(change({ ...before, added: z.string().optional() })).toEqual([]);
    expect(change({ ...before, order: before.order.extend({ added: z.int().optional() }) })).toEqual([]);
    expect(change({ ...before, site_id: z.string().describe('the clinic') })).toEqual([]);
  });

  it.each([
    [
      'a field that goes',
      { order: before.order, tier: before.tier, note: before.note, tags: before.tags },
      'data.site_id is gone',
    ],
    ['a new required field', { ...before, added: z.string() }, 'data.added is required now'],
    [
      'a field that may be absent now',
      { ...before, site_id: z.string().optional() },
      'data.site_id is no longer required',
    ],
    ['another type', { ...before, site_id: z.int() }, 'data.site_id.type was "string" and is "integer"'],
    ['one more value, which old readers refuse', { ...before, tier: z.enum(['L1', 'L2', 'L3']) }, 'data.tier.enum was'],
    ['one value less', { ...before, tier: z.enum(['L1']) }, 'data.tier.enum was'],
    ['a tighter bound', { ...before, tags: z.array(z.string().max(5)) }, 'data.tags.items.maxLength was 10 and is 5'],
    ['null where there was none', { ...before, site_id: z.string().nullable() }, 'data.site_id'],
    ['no null where there was one', { ...before, note: z.string() }, 'data.note'],
    [
      'a required field inside another',
      { ...before, order: before.order.extend({ added: z.int() }) },
      'data.order.added is required now',
    ],
  ])('refuses %s', (_, now, complaint) => {
    expect(change(now).join('\n')).toContain(complaint);
  });
});
