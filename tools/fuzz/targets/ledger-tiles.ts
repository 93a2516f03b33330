import {
  decodeBase64,
  decodeEntryBundle,
  encodeBase64,
  encodeEntryBundle,
  parseTilePath,
  tilePath,
} from '@countersign/shared/ledger';
import { demand, labelOfRefusal } from '../engine/refusal.ts';
import { readerTarget } from '../engine/reader.ts';

/** Paths of tiles, bundles of entries and base64: what is taken is printed again as it came. */
export const ledgerTiles = readerTarget({
  name: 'ledger-tiles',
  summary: 'paths of tiles, bundles of entries, base64',
  share: 1,
  dictionary: ['tile/', 'entries/', 'x001/', '067', '.p/', '256', '255', '/', '0', '..', '=', '\u0000\u0001a'],
  seeds: () => [
    'tile/0/x001/067',
    'tile/entries/x001/x234/067.p/5',
    'tile/63/000',
    encodeBase64(Buffer.from('abc')),
    Buffer.from([0, 1, 65, 0, 0]),
  ],
  read(input) {
    const given = Buffer.from(input).toString('latin1');
    const tile = parseTilePath(given);
    if (tile !== undefined) demand(tilePath(tile.level, tile.index, tile.width) === given, 'A path in two spellings.');
    const bytes = decodeBase64(given);
    if (bytes !== undefined) demand(encodeBase64(bytes) === given, 'Base64 in two spellings.');
    let bundle: string;
    try {
      const entries = decodeEntryBundle(input);
      demand(Buffer.from(encodeEntryBundle(entries)).equals(input), 'A bundle in two spellings.');
      bundle = String(Math.min(entries.length, 3));
    } catch (error) {
      bundle = labelOfRefusal(error, 'LEDGER.TILE_INVALID');
    }
    return `tile ${tile === undefined ? 'no' : typeof tile.level}; base64 ${bytes === undefined ? 'no' : 'taken'}; ${bundle}`;
  },
});
