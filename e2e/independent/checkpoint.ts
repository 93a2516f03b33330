import { type Bytes, readDecimal, readHash, sameBytes } from './bytes.ts';
import { emptyRoot } from './merkle-hash.ts';
import { demand } from './refusal.ts';
import { openSignedNote } from './signed-note.ts';
import type { Vkey } from './vkey.ts';

export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
  extensions: string[];
  /** What is signed: the lines, each with its newline. */
  body: string;
}

/** C2SP tlog-checkpoint, the text without signatures. */
export async function parseCheckpointBody(body: string): Promise<Checkpoint> {
  const [origin, size, root, ...extensions] = body.split('\n');
  demand(extensions.pop() === '', 'checkpoint: fewer than three lines');
  demand(origin !== undefined && origin !== '', 'checkpoint: no origin');
  demand(!extensions.includes(''), 'checkpoint: an empty line');
  const tree = {
    origin,
    size: readDecimal(size ?? '', 'checkpoint: the size'),
    root: readHash(root ?? '', 'checkpoint: the root'),
  };
  demand(tree.size > 0 || sameBytes(tree.root, await emptyRoot()), 'checkpoint: size 0 with the root of another tree');
  return { ...tree, extensions, body };
}

/** Opens a checkpoint of the log that has this key. The origin is the name of the key where nothing else is said. */
export async function readCheckpoint(note: Uint8Array | string, vkey: Vkey, origin = vkey.name): Promise<Checkpoint> {
  const { text } = await openSignedNote(note, [vkey]);
  const checkpoint = await parseCheckpointBody(text);
  demand(checkpoint.origin === origin, `checkpoint: it is of ${checkpoint.origin}, not of ${origin}`);
  return checkpoint;
}
