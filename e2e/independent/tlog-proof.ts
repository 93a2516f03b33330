import { type Bytes, readBase64, readDecimal, readHash } from './bytes.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { verifyInclusion } from './inclusion.ts';
import { leafHash } from './merkle-hash.ts';
import { demand } from './refusal.ts';
import type { Vkey } from './vkey.ts';

export interface TlogProof {
  /** Not authenticated by anything. */
  extra: Bytes | undefined;
  index: number;
  proof: Bytes[];
  /** The signed note, byte for byte. */
  checkpoint: string;
}

const field = (line: string | undefined, name: string): string | undefined =>
  line?.startsWith(`${name} `) ? line.slice(name.length + 1) : undefined;

/** C2SP tlog-proof; nothing is verified yet. */
export function readTlogProof(text: string): TlogProof {
  const end = text.indexOf('\n\n');
  demand(end >= 0, 'tlog-proof: no blank line before the checkpoint');
  const [magic, ...lines] = text.slice(0, end).split('\n');
  demand(magic === 'c2sp.org/tlog-proof@v1', 'tlog-proof: another format');
  const extra = field(lines[0], 'extra');
  if (extra !== undefined) lines.shift();
  const index = field(lines.shift(), 'index');
  demand(index !== undefined, 'tlog-proof: no index');
  return {
    extra: extra === undefined ? undefined : readBase64(extra, 'tlog-proof: the extra data'),
    index: readDecimal(index, 'tlog-proof: the index'),
    proof: lines.map((line) => readHash(line, 'tlog-proof: a hash')),
    checkpoint: text.slice(end + 2),
  };
}

/** That the entry is in the log that has this key, and where. */
export async function verifyTlogProof(
  text: string,
  entry: Uint8Array,
  vkey: Vkey,
): Promise<{ index: number; checkpoint: Checkpoint }> {
  const { index, proof, checkpoint: note } = readTlogProof(text);
  const checkpoint = await readCheckpoint(note, vkey);
  await verifyInclusion({ ...checkpoint, index, proof, leaf: await leafHash(entry) });
  return { index, checkpoint };
}
