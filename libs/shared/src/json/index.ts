/** JSON as strangers send it: whatever two parsers could read differently is refused. */
export { parseStrictJson, type StrictJsonOptions } from './parse-strict-json.ts';
