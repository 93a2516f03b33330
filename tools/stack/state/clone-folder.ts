import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The root of this clone, links resolved, without a slash at its end. */
export const cloneFolder = realpathSync(fileURLToPath(new URL('../../../', import.meta.url)));
