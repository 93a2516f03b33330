import { hash } from 'node:crypto';

/** SHA-256 of the UTF-8 of a text, or of bytes: 64 lower-case hex. */
export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

/** The id of the order for an incident: 16 hex, always the same for the same incident, so that a repeat collides. */
export const orderIdFor = (incidentId: string): string => sha256Hex(`order:${incidentId}`).slice(0, 16);
