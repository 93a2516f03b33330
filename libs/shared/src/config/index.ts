export { commonSettings, logLevels, samplerNames } from './common-settings.ts';
export { type Environment, loadConfig } from './load-config.ts';
export { type FileExposure, findReadableSecrets, judgeSecretFile } from './secret-file.ts';
export { integer, secret, url } from './setting-types.ts';
