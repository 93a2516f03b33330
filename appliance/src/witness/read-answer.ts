/** What a check-in showed of the ledger, as it came. Whether it is true is for `judgeAnswer`. */
export interface ShownLedger {
  /** A signed note; null: the server says that nothing was published ever. */
  checkpoint: string | null;
  /** Base64 hashes; null: the server proves nothing. */
  consistency: readonly string[] | null;
  cosignature: 'none' | 'kept' | 'refused';
}

/**
 * Reads the part `ledger` of the answer to a check-in. Undefined for what says nothing: null, an older server's answer,
 * or what has not even the shape of an answer; the rest of the check-in counts all the same.
 */
export function readShownLedger(body: unknown): ShownLedger | undefined {
  const ledger = fieldOf(body, 'ledger');
  const [checkpoint, consistency] = [fieldOf(ledger, 'checkpoint'), fieldOf(ledger, 'consistency')];
  if (checkpoint !== null && typeof checkpoint !== 'string') return undefined;
  if (consistency !== null && !isListOfTexts(consistency)) return undefined;
  const said = fieldOf(ledger, 'cosignature');
  return { checkpoint, consistency, cosignature: said === 'kept' || said === 'refused' ? said : 'none' };
}

const isListOfTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
