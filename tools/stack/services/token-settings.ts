const names = ['JWT_SECRET', 'JWT_SECRET_FILE', 'JWT_AUDIENCE', 'JWT_ISSUER'];

/** What the gateway, and the keys command that makes tokens for it, are told about tokens: the user's secret, or ours. */
export function tokenSettings(settings: Record<string, string>, jwtSecretFile: string): Record<string, string> {
  const own = Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name)));
  const hasSecret = own['JWT_SECRET'] !== undefined || own['JWT_SECRET_FILE'] !== undefined;
  return hasSecret ? own : { ...own, JWT_SECRET_FILE: jwtSecretFile };
}
