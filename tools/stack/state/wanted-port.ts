export interface WantedPort {
  port: number;
  /** Set by the user: no other port will do. */
  demanded: boolean;
}

/** The gateway's port from the setting PORT; without it 8000, or any when that is taken. */
export function wantedPort(setting: string | undefined): WantedPort {
  if (setting === undefined || setting === '') return { port: 8000, demanded: false };
  const port = Number(setting);
  if (!/^\d+$/.test(setting) || port > 65_535) throw new Error('PORT must be a number from 0 (any free port) to 65535');
  return { port, demanded: true };
}
