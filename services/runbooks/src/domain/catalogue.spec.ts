import { describe, expect, it } from 'vitest';
import { compileCatalogue, findRunbook } from './catalogue.ts';
import { sampleCatalogue, sampleRunbook, type SampleRule } from './sample-runbook.ts';

const compile = (one: Omit<SampleRule, 'id'>, other: Omit<SampleRule, 'id'>) =>
  compileCatalogue([
    sampleRunbook('RB-A-001', [{ id: 'one', ...one }]),
    sampleRunbook('RB-B-001', [{ id: 'other', ...other }]),
  ]);
const any = (...any_word: string[]) => ({ incident_type: { any_word } });

describe('compileCatalogue', () => {
  it('refuses two rules of different files that only the alphabet could tell apart', () => {
    expect(compile(any('cat'), any('dog'))).toEqual({
      ok: false,
      refusal: [
        {
          runbook_id: 'RB-B-001',
          path: ['match', 0],
          message:
            'rule "other" and rule "one" of RB-A-001 can match the same incident with the same rank (priority 0): ' +
            'give one of them another priority or a narrower condition',
        },
      ],
    });
  });

  it.each<[string, Omit<SampleRule, 'id'>, Omit<SampleRule, 'id'>, boolean]>([
    ['the same words', any('cat'), any('cat'), false],
    ['words with two priorities', any('cat'), { ...any('dog'), priority: 1 }, true],
    ['a text and a word of it', { incident_type: { equals: 'cat-x' } }, any('cat'), true],
    ['two texts', { incident_type: { equals: 'cat' } }, { incident_type: { equals: 'dog' } }, true],
    ['one text twice', { incident_type: { equals: 'cat' } }, { incident_type: { equals: 'cat' } }, false],
    ['one word and several', any('cat'), { incident_type: { all_words: ['cat', 'dog'] } }, true],
    ['a type and a check', any('cat'), { check_type: { any_word: ['dog'] } }, false],
    [
      'severities that exclude each other',
      { ...any('cat'), severity: ['low'] },
      { ...any('cat'), severity: ['high'] },
      true,
    ],
    [
      'severities that overlap',
      { ...any('cat'), severity: ['low', 'high'] },
      { ...any('cat'), severity: ['high'] },
      false,
    ],
    [
      'two pairs of texts, one alike',
      { incident_type: { equals: 'cat' }, check_type: { equals: 'a' } },
      { incident_type: { equals: 'cat' }, check_type: { equals: 'b' } },
      true,
    ],
    [
      'rules of one weight, of which one text lacks the word of the other',
      { incident_type: { equals: 'cat' }, check_type: { any_word: ['a'] } },
      { incident_type: { any_word: ['dog'] }, check_type: { equals: 'a' } },
      true,
    ],
    [
      'rules of one weight that one incident satisfies',
      { incident_type: { equals: 'cat' }, check_type: { any_word: ['a'] } },
      { incident_type: { any_word: ['cat'] }, check_type: { equals: 'a' } },
      false,
    ],
  ])('judges %s', (_what, one, other, isClear) => {
    expect(compile(one, other).ok).toBe(isClear);
    expect(compile(other, one).ok).toBe(isClear);
  });

  it('compares a rule with every rule of its rank, not only with its neighbour', () => {
    const texts = ['cat', 'dog', 'cat'].map((equals, n) =>
      sampleRunbook(`RB-${'ABC'[n]}-001`, [{ id: 'rule', incident_type: { equals } }]),
    );
    const compiled = compileCatalogue(texts);
    expect(compiled.ok ? [] : compiled.refusal.map((fault) => fault.runbook_id)).toEqual(['RB-C-001']);
  });

  it('leaves rules of one file to their order in the file', () => {
    const file = sampleRunbook('RB-A-001', [
      { id: 'one', ...any('cat') },
      { id: 'two', ...any('cat') },
    ]);
    expect(compileCatalogue([file]).ok).toBe(true);
  });

  it('refuses an id that two files have', () => {
    const twice = [1, 2].map((priority) => sampleRunbook('RB-A-001', [{ id: 'one', ...any('cat'), priority }]));
    const compiled = compileCatalogue(twice);
    expect(compiled.ok ? [] : compiled.refusal).toEqual([
      { runbook_id: 'RB-A-001', path: ['id'], message: 'another file has the id RB-A-001 as well' },
    ]);
  });

  it('cannot be changed afterwards, at any depth', () => {
    const catalogue = sampleCatalogue(sampleRunbook('RB-A-001', [{ id: 'one', ...any('cat') }]));
    const runbook = findRunbook(catalogue, 'RB-A-001')!;
    expect(() => Object.assign(runbook, { digest: 'other' })).toThrow(TypeError);
    expect(() => Object.assign(runbook.steps[0]!, { command: 'reboot' })).toThrow(TypeError);
    expect(() => (catalogue.runbooks as unknown[]).push(runbook)).toThrow(TypeError);
    expect(findRunbook(catalogue, 'RB-NONE-001')).toBeUndefined();
  });
});
