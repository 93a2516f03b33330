/** The system under test, as globalSetup hands it to the specs: plain data. */
export interface ProvidedSystem {
  /** Base URLs of every gateway. */
  gatewayUrls: string[];
  adminKey: string;
  /** The command that makes and revokes keys, with its arguments; the specs append their own. */
  keysCommand: string[];
  keysEnvironment: Record<string, string>;
}

/** What only a system that we started ourselves lets us look into. */
export interface ProvidedInside {
  /** Of the superuser, on the database of the four services. */
  databaseUrl: string;
  /** Of the trace sink. */
  otlpUrl: string;
  /** With the keys of the system in it. */
  stateDir: string;
  /** Settings with which one more gateway belongs to the system. */
  gatewaySettings: Record<string, string>;
  /** JSON lines of all services. */
  logFile: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    system: ProvidedSystem;
    inside: ProvidedInside;
  }
}
