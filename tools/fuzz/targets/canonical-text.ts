import { canonicalString, canonicalText, evidenceSignedTextOfJson } from '@countersign/shared/crypto';
import { demand, labelOfRefusal } from '../engine/refusal.ts';
import { readerTarget } from '../engine/reader.ts';
import { jsonSeeds, jsonTokens } from './json-tokens.ts';

/** The canonical string of a text is a fixed point, is JSON, and is that of the value wherever a value can hold it. */
export const canonical = readerTarget({
  name: 'canonical-text',
  summary: 'the canonical string that signatures cover',
  share: 3,
  dictionary: [...jsonTokens, '"signature":', '"signed_data":', '1.0', '1e16', '12345678901234567890'],
  seeds: () => [...jsonSeeds, '{"signature":"x","signed_data":"y","a":1.0}'],
  read(input) {
    const text = Buffer.from(input).toString('utf8');
    let printed: string;
    try {
      printed = canonicalText(text);
    } catch (error) {
      return labelOfRefusal(error, 'CRYPTO.NOT_CANONICAL');
    }
    demand(canonicalText(printed) === printed, 'The canonical string of the canonical string is another.');
    demand(/^[ -~]*$/.test(printed), 'The canonical string is not plain ASCII.');
    const value: unknown = JSON.parse(printed);
    // A double does not tell 1.0 from 1, and holds no integer beyond 2^53: there the text says more than the value.
    if (!/\d[.eE]|\d{16}/.test(printed)) demand(canonicalString(value) === printed, 'Text and value differ.');
    evidenceSignedTextOfJson(text);
    return `taken ${typeof value}`;
  },
});
