import { toHex } from '@countersign/shared/crypto';

/** One copy of the hashes of leaves: a column, a tile, what follows from the entries in an object. */
export interface Copy {
  side: 'vault' | 'database';
  /** Of the leaf at this index; undefined where the copy says nothing. */
  hashAt(index: number): Uint8Array | undefined;
}

export type Preference = 'majority' | 'vault' | 'database';

export interface Choice {
  /** Per leaf; undefined where no copy says anything. */
  hashes: (Uint8Array | undefined)[];
  /** All copies that say anything say the same, and at least one does. */
  unanimous: boolean;
}

/**
 * The hash of each leaf in [from, to) by what its copies say: that of most of them; among equals, that of the vault.
 * With a preference, the copies of that side alone, where they say anything.
 */
export function chooseHashes(copies: readonly Copy[], from: number, to: number, prefer: Preference): Choice {
  let unanimous = true;
  const hashes = Array.from({ length: to - from }, (_, at) => {
    const said = copies.flatMap(({ side, hashAt }) => {
      const hash = hashAt(from + at);
      return hash === undefined ? [] : [{ side, hash, text: toHex(hash) }];
    });
    if (said.some(({ text }) => text !== said[0]!.text) || said.length === 0) unanimous = false;
    const preferred = said.filter(({ side }) => side === prefer);
    return mostSaid(preferred.length > 0 ? preferred : said);
  });
  return { hashes, unanimous };
}

function mostSaid(said: readonly { side: string; hash: Uint8Array; text: string }[]): Uint8Array | undefined {
  const votes = new Map<string, { hash: Uint8Array; count: number }>();
  for (const { side, hash, text } of said) {
    const vote = votes.get(text) ?? { hash, count: 0 };
    // Copies in the vault weigh a little more, so that of two equal halves theirs counts.
    vote.count += side === 'vault' ? 1.01 : 1;
    votes.set(text, vote);
  }
  return [...votes.values()].toSorted((a, b) => b.count - a.count)[0]?.hash;
}
