import { describe, expect, it } from 'vitest';
import { resolveParameters } from './resolve-parameters.ts';
import { sampleRunbook } from './sample-runbook.ts';

const declare = (parameter: Record<string, unknown>) =>
  sampleRunbook('RB-P-001', [{ id: 'r', incident_type: { any_word: ['p'] } }], {
    parameters: [{ name: 'unit', description: 'A value.', ...parameter }],
  });
const resolve = (
  parameter: Record<string, unknown>,
  details: Record<string, unknown>,
  check_type: string | null = null,
) => resolveParameters(declare(parameter), { incident_type: 'p', check_type, severity: 'low', details });
const unit = { type: 'text', default: 'failed', from: 'details.unit' };

describe('resolveParameters', () => {
  it('takes the reported value, and the default when nothing is reported', () => {
    expect(resolve(unit, { unit: 'nginx@a.service' })).toEqual({ ok: true, value: { unit: 'nginx@a.service' } });
    for (const details of [{}, { unit: null }, { unit: '' }]) {
      expect(resolve(unit, details)).toEqual({ ok: true, value: { unit: 'failed' } });
    }
    expect(resolve({ type: 'text', default: 'all', from: 'check_type' }, {}, 'ntp')).toEqual({
      ok: true,
      value: { unit: 'ntp' },
    });
  });

  it.each([
    ['a command', '$(reboot)'],
    ['a second command', 'a;reboot'],
    ['a quote', "a'b"],
    ['a space', 'a b'],
    ['an option', '--help'],
    ['a wildcard', '*'],
    ['a line break', 'a\nreboot'],
    ['a template', '{{unit}}'],
    ['too much text', 'a'.repeat(256)],
    ['a number', 5],
    ['a list', ['a']],
    ['an object', { toString: 'a' }],
  ])('gives the incident to a person when it reports %s as a text, and does not repeat it', (_what, value) => {
    const outcome = resolve(unit, { unit: value });
    expect(outcome).toEqual({
      ok: false,
      refusal: 'the reported details.unit does not fit its parameter "unit" (text)',
    });
  });

  it('takes the default instead where the file says that it covers every case', () => {
    expect(resolve({ ...unit, unfit: 'use_default' }, { unit: 'a;reboot' })).toEqual({
      ok: true,
      value: { unit: 'failed' },
    });
  });

  it('takes no value that is inherited and not reported', () => {
    expect(resolve({ ...unit, from: 'details.constructor' }, {})).toEqual({ ok: true, value: { unit: 'failed' } });
    expect(resolve({ ...unit, from: 'details.toString' }, {})).toEqual({ ok: true, value: { unit: 'failed' } });
  });

  it('gives the incident to a person when nothing supplies a value', () => {
    expect(resolve({ type: 'text', from: 'details.unit' }, {})).toEqual({
      ok: false,
      refusal: 'the incident reports no details.unit for its parameter "unit"',
    });
  });

  it('keeps paths absolute and inside themselves', () => {
    const path = { type: 'path', default: '/', from: 'details.unit' };
    expect(resolve(path, { unit: '/var/lib' }).ok).toBe(true);
    const bad = ['var', '/var/../etc', '/..', 'C:'];
    expect(bad.filter((value) => resolve(path, { unit: value }).ok)).toEqual([]);
  });

  it('keeps integers whole and within bounds, and coerces nothing', () => {
    const days = { type: 'integer', minimum: 1, maximum: 30, default: 7, from: 'details.unit' };
    expect(resolve(days, { unit: 30 })).toEqual({ ok: true, value: { unit: 30 } });
    const bad = [0, 31, 1.5, '7', Number.NaN, 2 ** 60, true];
    expect(bad.filter((value) => resolve(days, { unit: value }).ok)).toEqual([]);
  });

  it('takes only listed values and true booleans', () => {
    expect(resolve({ ...unit, default: 'a', one_of: ['a', 'b'] }, { unit: 'b' }).ok).toBe(true);
    expect(resolve({ ...unit, default: 'a', one_of: ['a', 'b'] }, { unit: 'c' }).ok).toBe(false);
    expect(resolve({ type: 'boolean', default: false, from: 'details.unit' }, { unit: true })).toEqual({
      ok: true,
      value: { unit: true },
    });
    expect(resolve({ type: 'boolean', default: false, from: 'details.unit' }, { unit: 'true' }).ok).toBe(false);
  });
});
