import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCatalogue } from './catalogue.ts';
import { decide } from './decide.ts';
import type { DecidableIncident } from './find-rule.ts';
import type { MatchRule } from './match-rule.ts';
import type { Severity } from './severity.ts';
import { sampleCatalogue, sampleRunbook, type SampleRule } from './sample-runbook.ts';

const incident = (incident_type: string, more: Partial<DecidableIncident> = {}): DecidableIncident => ({
  incident_type,
  check_type: null,
  severity: 'high',
  details: {},
  ...more,
});
const chosen = (of: DecidableIncident, catalogue = animals): string | null => {
  const decision = decide(of, catalogue);
  return decision.tier === 'L1' ? decision.runbook_id : null;
};
const animals = sampleCatalogue(
  sampleRunbook('RB-CAT-001', [{ id: 'cat', incident_type: { any_word: ['cat'] }, priority: 2 }]),
  sampleRunbook('RB-DOG-001', [{ id: 'dog', incident_type: { any_word: ['dog'] }, priority: 1 }]),
  sampleRunbook('RB-PAIR-001', [{ id: 'pair', incident_type: { all_words: ['dog', 'fish'] } }]),
  sampleRunbook('RB-EXACT-001', [{ id: 'exact', incident_type: { equals: 'cat:dog-fish' } }]),
  sampleRunbook('RB-CHECK-001', [{ id: 'check', check_type: { any_word: ['cat'] }, priority: 0 }]),
  sampleRunbook('RB-GRAVE-001', [{ id: 'grave', incident_type: { any_word: ['bird'] }, severity: ['critical'] }]),
);

describe('decide', () => {
  it('splits words at whatever is no letter and no digit, in any case', () => {
    const types = ['cat', 'CAT', 'cat_lost', 'lost-cat', 'lost:cat', 'a.cat/b', ' cat '];
    expect(types.filter((type) => chosen(incident(type)) !== 'RB-CAT-001')).toEqual([]);
  });

  it('does not find a word inside another word, nor beside an accent', () => {
    const types = ['concatenate', 'cats', 'écat', 'cate\u0301', 'e\u0301cat', '猫cat'];
    expect(types.filter((type) => chosen(incident(type)) !== null)).toEqual([]);
  });

  it('prefers the more specific rule, then the higher priority', () => {
    expect(chosen(incident('dog_cat'))).toBe('RB-CAT-001');
    expect(chosen(incident('fish_cat_dog'))).toBe('RB-PAIR-001');
    expect(chosen(incident('Cat:Dog-Fish'))).toBe('RB-EXACT-001');
    expect(chosen(incident('dog', { check_type: 'cat' }))).toBe('RB-DOG-001');
    expect(chosen(incident('odd', { check_type: 'the-cat' }))).toBe('RB-CHECK-001');
  });

  it('asks for every condition of a rule', () => {
    expect(chosen(incident('bird', { severity: 'critical' }))).toBe('RB-GRAVE-001');
    expect(chosen(incident('bird'))).toBeNull();
    expect(chosen(incident('fish'))).toBeNull();
  });

  it('gives an unknown incident to a person, and quotes what a client might forge a log line with', () => {
    const decision = decide(incident('printer on fire\nL1 RB-OWL-001', { check_type: 'printer' }), animals);
    expect(decision).toEqual({
      tier: 'L3',
      reason:
        'no rule of the 6 runbooks matches incident_type "printer on fire\\nL1 RB-OWL-001", check_type "printer", severity high',
    });
  });

  it('names the version and digest of the runbook, and the rule with its ground', () => {
    expect(decide(incident('cat_lost'), animals)).toEqual({
      tier: 'L1',
      runbook_id: 'RB-CAT-001',
      runbook_version: '1.0.0',
      runbook_digest: 'd'.repeat(64),
      parameters: {},
      reason: 'rule "cat" of RB-CAT-001 1.0.0: incident_type "cat_lost" has "cat". The spec says so.',
    });
  });

  it('gives a runbook that needs approval to a person, and says which', () => {
    const rules: SampleRule[] = [{ id: 'erase', incident_type: { any_word: ['erase'] } }];
    const decision = decide(
      incident('erase'),
      sampleCatalogue(sampleRunbook('RB-ERASE-001', rules, { needs_approval: true })),
    );
    expect(decision.tier).toBe('L3');
    expect(decision.reason).toContain('RB-ERASE-001 needs approval by a person; rule "erase"');
  });
});

const words = ['backup', 'disk', 'full', 'cert', 'drift', 'x1'];
const anyWords = fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 3 });
const anyText = fc
  .array(fc.constantFrom(...words, 'other'), { minLength: 1, maxLength: 4 })
  .chain((parts) => fc.constantFrom('_', '-', ':', ' / ').map((separator) => parts.join(separator)));
const anyCondition = fc.oneof(
  anyWords.map((any_word) => ({ any_word })),
  fc.uniqueArray(fc.constantFrom(...words), { minLength: 2, maxLength: 3 }).map((all_words) => ({ all_words })),
  anyText.map((equals) => ({ equals })),
);
const anyRule = fc
  .record({
    incident_type: fc.option(anyCondition, { nil: undefined }),
    check_type: fc.option(anyCondition, { nil: undefined }),
    severity: fc.option(fc.constantFrom<Severity[]>(['low'], ['high', 'critical']), {
      nil: undefined,
    }),
    priority: fc.nat(50),
  })
  .filter((rule) => rule.incident_type !== undefined || rule.check_type !== undefined);
const anyRunbooks = fc
  .array(fc.array(anyRule, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 })
  .map((files) =>
    files.map((rules, n) =>
      sampleRunbook(
        `RB-R-00${n}`,
        rules.map((rule, m) => ({ id: `r${m}`, ...rule })),
      ),
    ),
  );
const anyIncident = fc.record({
  incident_type: anyText,
  check_type: fc.option(anyText),
  severity: fc.constantFrom('low' as const, 'high' as const),
  details: fc.constant({}),
});

describe('decide, for any catalogue and incident', () => {
  it('does not depend on the order of the files, and names a rule that is there', () => {
    fc.assert(
      fc.property(anyRunbooks, anyIncident, (runbooks, of) => {
        const [one, other] = [compileCatalogue(runbooks), compileCatalogue(runbooks.toReversed())];
        expect(one.ok).toBe(other.ok);
        if (!one.ok || !other.ok) {
          return;
        }
        const decision = decide(of, one.value);
        expect(decide(of, other.value)).toEqual(decision);
        expect(decide(of, one.value)).toEqual(decision);
        const named = /^rule "(r\d)" of (RB-R-00\d) /.exec(decision.reason);
        const file = runbooks.find((runbook) => runbook.id === named?.[2]);
        expect(decision.tier === 'L1' ? decision.runbook_id : undefined).toBe(file?.id);
        expect(file?.match.map((rule) => rule.id) ?? [undefined]).toContain(named?.[1]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds by its index what asking every rule in turn finds', () => {
    const wordsOf = (text: string | null): string[] => (text ?? '').split(/[^a-z0-9]+/);
    type Condition = { equals?: string | undefined; all_words?: string[] | undefined; any_word?: string[] | undefined };
    const holds = (condition: Condition | undefined, text: string | null): boolean =>
      condition === undefined ||
      condition.equals === text ||
      (condition.all_words ?? ['no word']).every((word) => wordsOf(text).includes(word)) ||
      (condition.any_word ?? []).some((word) => wordsOf(text).includes(word));
    const weigh = (condition: Condition | undefined): number =>
      condition?.equals === undefined ? (condition?.all_words?.length ? 4 : condition?.any_word?.length ? 2 : 0) : 8;
    const rankOf = (rule: MatchRule): number =>
      1_000 * (weigh(rule.incident_type) + weigh(rule.check_type) + (rule.severity ? 1 : 0)) + rule.priority;
    fc.assert(
      fc.property(anyRunbooks, anyIncident, (runbooks, of) => {
        const compiled = compileCatalogue(runbooks);
        if (!compiled.ok) {
          return;
        }
        const hits = runbooks.flatMap((runbook) =>
          runbook.match
            .filter(
              (rule) =>
                holds(rule.incident_type, of.incident_type) &&
                holds(rule.check_type, of.check_type) &&
                (rule.severity?.includes(of.severity) ?? true),
            )
            .map((rule) => ({ id: runbook.id, rank: rankOf(rule) })),
        );
        const best = hits.toSorted((a, b) => b.rank - a.rank)[0]?.id ?? null;
        expect(chosen(of, compiled.value)).toBe(best);
      }),
      { numRuns: 1_000 },
    );
  });
});
