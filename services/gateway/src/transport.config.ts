import { z } from 'zod';
import { integer } from '@countersign/shared/config';

const isOrigin = (text: string): boolean => {
  if (text.includes('*') || !URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return (
    origin === text && (protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(hostname)))
  );
};

/** How callers reach the gateway. */
export const transportSettings = {
  TLS_CERT_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('the certificate and its chain in PEM; with it the API speaks TLS'),
  TLS_KEY_FILE: z.string().min(1).optional().describe('the private key of TLS_CERT_FILE in PEM'),
  TLS_CLIENT_CA_FILE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'who signs the certificates of appliances, in PEM; with it every appliance must show one that names its principal',
    ),
  TRUST_PROXY_HOPS: integer({ min: 0, max: 10 })
    .default(0)
    .describe('how many proxies of our own every request passes, 0 to 10; each appends to X-Forwarded-For'),
  CORS_ORIGINS: z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    )
    .pipe(z.array(z.string().refine(isOrigin, 'an origin is https://host or https://host:port, exactly; never *')))
    .optional()
    .describe('origins whose pages may call, with commas: https://host[:port] each, never *'),
};

type TransportSettings = z.output<z.ZodObject<typeof transportSettings>>;

/** The options of the HTTP app. */
export function transportOf(settings: TransportSettings) {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TLS_CLIENT_CA_FILE: clientCaFile } = settings;
  return {
    tls: certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile, clientCaFile },
    proxyHops: settings.TRUST_PROXY_HOPS,
    corsOrigins: settings.CORS_ORIGINS ?? [],
  };
}

/** For `superRefine`: what only makes sense together. */
export function complainOfTransport(
  settings: TransportSettings,
  complain: (name: string, message: string) => void,
): void {
  const { TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE } = settings;
  if (TLS_CERT_FILE !== undefined && TLS_KEY_FILE === undefined) complain('TLS_KEY_FILE', 'TLS_CERT_FILE needs it');
  if (TLS_KEY_FILE !== undefined && TLS_CERT_FILE === undefined) complain('TLS_CERT_FILE', 'TLS_KEY_FILE needs it');
  if (TLS_CLIENT_CA_FILE !== undefined && TLS_CERT_FILE === undefined)
    complain('TLS_CERT_FILE', 'TLS_CLIENT_CA_FILE needs it');
}
