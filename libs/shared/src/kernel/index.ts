export { AppError, type AppErrorOptions, type ErrorKind } from './app-error.ts';
export { BriefMap } from './brief-map.ts';
export { InHand } from './in-hand.ts';
export { accept, refuse, type Result } from './result.ts';
export { type Clock, systemClock } from './clock.ts';
export { newId } from './new-id.ts';
export { asAppError, fromWireError, toWireError, type WireError } from './wire-error.ts';
