import { readIfThere } from '../state/secrets.ts';
import { writePrivateFile } from '../state/write-private-file.ts';
import { type CreatedKey, createKey } from './create-key.ts';

export interface KeptKeyPlan {
  /** Where the key is kept, readable by us only. */
  file: string;
  gatewayDatabaseUrl: string;
  options: string[];
}

/** A key that is made once and kept. */
export interface KeptKey {
  key: string;
  /** Asks the gateway whether it knows the key; makes a new one when the database was replaced or the key revoked. */
  confirm: (gatewayUrl: string, path: string) => Promise<string>;
}

export async function openKeptKey({ file, gatewayDatabaseUrl, options }: KeptKeyPlan): Promise<KeptKey> {
  const make = async (): Promise<string> => {
    const made = await createKey(gatewayDatabaseUrl, options);
    writePrivateFile(file, JSON.stringify(made));
    return made.key;
  };
  const kept = readIfThere(file);
  const key = kept ? (JSON.parse(kept) as CreatedKey).key : await make();
  return {
    key,
    async confirm(gatewayUrl, path) {
      const response = await fetch(gatewayUrl + path, { headers: { authorization: `Bearer ${key}` } });
      await response.body?.cancel();
      return response.status === 401 ? make() : key;
    },
  };
}
