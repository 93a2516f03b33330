import { canonical } from './canonical-text.ts';
import { kitZips } from './kit-zips.ts';
import { kits } from './kits.ts';
import { ledgerTexts } from './ledger-texts.ts';
import { ledgerTiles } from './ledger-tiles.ts';
import { messages } from './messages.ts';
import { orders } from './orders.ts';
import { requestSignatures } from './request-signatures.ts';
import { schemas } from './schemas.ts';
import { strictJson } from './strict-json.ts';
import { tokens } from './tokens.ts';

/** Every function of ours that reads what strangers send and can be called without a system around it. */
export const readers = [
  strictJson,
  canonical,
  messages,
  schemas,
  orders,
  requestSignatures,
  ledgerTexts,
  ledgerTiles,
  tokens,
  kitZips,
  kits,
];
