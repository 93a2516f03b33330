import { createHash } from 'node:crypto';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../domain/index.ts';
import { loadCatalogue } from './load-catalogue.ts';
import { change, good, makeScratchCatalogue, type ScratchCatalogue } from './scratch-catalogue.ts';

let scratch: ScratchCatalogue;
beforeEach(async () => {
  scratch = await makeScratchCatalogue();
});
afterEach(() => scratch.remove());

describe('loadCatalogue', () => {
  it.each([
    ['line ends of Windows', good.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${good}`],
    ['letters beyond ASCII', `${good}# é 火\n`],
  ])('keeps a text with %s as it is, with the digest of its bytes as published', async (_what, text) => {
    const bytes = Buffer.from(text);
    await scratch.put('RB-GOOD-001.yaml', bytes);
    const [runbook] = (await loadCatalogue(scratch.directory)).runbooks;
    expect(runbook?.digest).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(Buffer.from(runbook!.source).equals(bytes)).toBe(true);
  });

  it('puts declared defaults into a decision', async () => {
    await scratch.put('RB-GOOD-001.yaml', good);
    const incident = { incident_type: 'good', check_type: null, severity: 'low' as const, details: {} };
    expect(decide(incident, await loadCatalogue(scratch.directory))).toMatchObject({
      tier: 'L1',
      parameters: { unit: 'a' },
    });
  });

  it.each([
    ['a syntax error', 'match:', 'match: [', '9:3: '],
    ['a tab as indentation', '    why:', '\t  why:', '10:1: Tabs are not allowed as indentation'],
    [
      'a duplicate key',
      'severity: low',
      'severity: low\nname: B',
      '6:1: the key "name" is there twice, first on line 2',
    ],
    ['a missing key', 'version: 1.0.0\n', '', '1:1: version: is missing'],
    ['a missing key of a step', '    timeout: 5\n', '', '15:5: steps[0].timeout: is missing'],
    ['an unknown key', 'category: sample', 'category: sample\ncategroy: x', '5:1: categroy: there is no such key'],
    [
      'an unknown key of a step',
      '    timeout: 5',
      '    timeout: 5\n    timeuot: 5',
      '19:5: steps[0].timeuot: there is no such key',
    ],
    ['a hostile key', 'category: sample', 'category: sample\n__proto__: {}', '5:1: __proto__: there is no such key'],
    [
      'a version that YAML takes for a number',
      'version: 1.0.0',
      'version: 1.0',
      '6:10: version: Invalid input: expected string',
    ],
    ['a control that cites nothing', '[164.312(b)]', '[164.312(b), 42]', '7:30: hipaa_controls[1]: '],
    [
      'another file name than id',
      'id: RB-GOOD-001',
      'id: RB-EVIL-001',
      '1:5: id: the file must be named RB-EVIL-001.yaml',
    ],
    ['a timeout of a day', 'timeout: 5', 'timeout: 86400', '18:14: steps[0].timeout: '],
    [
      'a step without a criterion',
      '    success_pattern: active\n',
      '',
      '15:5: steps[0]: needs exactly one of success_pattern, ',
    ],
    [
      'a step with two criteria',
      'success_pattern: active',
      'success_pattern: active\n    failure_pattern: x',
      '15:5: steps[0]: needs exactly one of ',
    ],
    [
      'evidence that no step produces',
      'evidence_required: [view',
      'evidence_required: [sight',
      '24:21: evidence_required[0]: no step produces the evidence "sight"',
    ],
    [
      'a rollback of no step',
      'undoes: look',
      'undoes: leap',
      '23:49: rollback[0].undoes: there is no step "leap" to undo',
    ],
    [
      'a parameter that is not declared',
      '{{unit}}',
      '{{unit}} {{disk}}',
      '19:14: steps[0].command: "{{disk}}" names no declared parameter',
    ],
    [
      'a parameter written with spaces',
      '{{unit}}',
      '{{unit}} {{ unit }}',
      '19:14: steps[0].command: "{{ unit }}" names no declared parameter',
    ],
    [
      'a parameter left open',
      '{{unit}}',
      '{{unit}} {{unit',
      '19:14: steps[0].command: "{{" names no declared parameter',
    ],
    [
      'a parameter that nothing uses',
      '{{unit}}',
      'a',
      '13:13: parameters[0].name: no command uses the parameter "unit"',
    ],
    [
      'a default that could be a command',
      'default: a',
      'default: $(reboot)',
      '13:62: parameters[0].default: does not fit: a text holds only',
    ],
    ['a parameter that nothing supplies', ', default: a', '', '13:5: parameters[0]: needs a default'],
    [
      'a pattern that does not compile',
      'success_pattern: active',
      'success_pattern: "(active"',
      '20:22: steps[0].success_pattern: the pattern does not compile: ',
    ],
    [
      'a rule on the severity alone',
      'incident_type: { any_word: [good] }',
      'severity: [low]',
      '9:5: match[0]: needs a condition',
    ],
    [
      'a rule with two conditions on one text',
      '[good] }',
      '[good], equals: good }',
      '11:20: match[0].incident_type: needs exactly one',
    ],
    ['a word that can never match', '[good]', '[Good]', '11:33: match[0].incident_type.any_word[0]: '],
    ['no rule', /match:[^]*?good\] \}/.exec(good)![0], 'match: []', '8:8: match: '],
    [
      'a disruption without a way back',
      /rollback:\n.*/.exec(good)![0],
      'disruptive: true',
      '22:13: disruptive: a disruptive runbook needs a rollback',
    ],
  ])('refuses %s and says where it stands', async (_what, from, to, expected) => {
    const faults = await scratch.refusalOf(change(from, to));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`RB-GOOD-001.yaml:${expected}`);
  });

  it('refuses a step id, rule id and evidence that are used twice', async () => {
    const step = /  - id: look[^]*?\[view\]\n/.exec(good)![0];
    const rule = /  - id: good[^]*?\}\n/.exec(good)![0];
    expect(await scratch.refusalOf(change(step, step + step).replace(rule, rule + rule))).toEqual([
      'RB-GOOD-001.yaml:12:9: match[1].id: rule id "good" is used twice',
      'RB-GOOD-001.yaml:25:9: steps[1].id: step id "look" is used twice',
      'RB-GOOD-001.yaml:31:16: steps[1].produces[0]: evidence "view" is already produced by step "look"',
    ]);
  });

  it('names every fault of every file at once, in the order in which somebody mends them', async () => {
    await scratch.put(
      'RB-B-001.yaml',
      good.replace('RB-GOOD', 'RB-B').replace('timeout: 5', 'timeout: soon').replace('1.0.0', 'one'),
    );
    await scratch.put('RB-A-001.yaml', 'id: [');
    await scratch.put('RB-C-001.yml', good);
    await scratch.put('RB-GOOD-001.yaml', good);
    const faults = await scratch.refusal();
    expect(faults.map((fault) => fault.split(': ')[0])).toEqual([
      expect.stringMatching(/^RB-A-001\.yaml:\d:\d$/),
      'RB-B-001.yaml:6:10',
      'RB-B-001.yaml:18:14',
      'RB-C-001.yml:1:1',
    ]);
  });

  it('refuses rules of two files that collide, and names both', async () => {
    await scratch.put('RB-GOOD-001.yaml', good);
    await scratch.put('RB-TWIN-001.yaml', good.replace('RB-GOOD', 'RB-TWIN').replace('[good]', '[twin]'));
    expect(await scratch.refusal()).toEqual([
      expect.stringMatching(
        /^RB-TWIN-001\.yaml:9:5: match\[0\]: rule "good" and rule "good" of RB-GOOD-001 can match the same/,
      ),
    ]);
  });

  it('refuses a copy that kept its id', async () => {
    await scratch.put('RB-GOOD-001.yaml', good);
    await scratch.put('RB-GOOD-002.yaml', good);
    expect(await scratch.refusal()).toEqual([
      'RB-GOOD-002.yaml:1:5: id: the file must be named RB-GOOD-001.yaml',
      'RB-GOOD-002.yaml:1:5: id: another file has the id RB-GOOD-001 as well',
    ]);
  });

  it('refuses an empty catalogue, and one that is not there', async () => {
    expect(await scratch.refusal()).toEqual([expect.stringContaining('there is no runbook in')]);
    await expect(loadCatalogue(join(scratch.directory, 'none'))).rejects.toMatchObject({
      code: 'RUNBOOKS.CATALOGUE_UNREADABLE',
    });
  });

  it('looks past hidden names, and follows the links of a mounted catalogue', async () => {
    await mkdir(join(scratch.directory, '..data'));
    await scratch.put('..data/RB-GOOD-001.yaml', good);
    await symlink('..data/RB-GOOD-001.yaml', join(scratch.directory, 'RB-GOOD-001.yaml'));
    expect((await loadCatalogue(scratch.directory)).runbooks).toHaveLength(1);
  });
});
