import { AppError } from '@countersign/shared/kernel';

const refusals = {
  'EVIDENCE.SIGNATURE_REQUIRED': {
    kind: 'unprocessable',
    message: 'The appliance has an enrolled key, and the bundle carries no signature.',
  },
  'EVIDENCE.SIGNATURE_INVALID': {
    kind: 'unprocessable',
    message: 'The signature does not verify with the enrolled key of the appliance.',
  },
  'EVIDENCE.SIGNED_DATA_MISMATCH': {
    kind: 'unprocessable',
    message: 'What is said about the bundle differs from its signed text.',
  },
  'EVIDENCE.CLOCK_AHEAD': {
    kind: 'unprocessable',
    message: "The bundle's times lie more than two minutes ahead of the server's clock.",
  },
  'EVIDENCE.BUNDLE_CONFLICT': {
    kind: 'conflict',
    message: 'The site handed in another bundle under this id.',
  },
} as const;

export type RefusalCode = keyof typeof refusals;

/** The refusal that a code stands for: a repeat of what was refused is told the same. */
export function refusalOf(code: RefusalCode): AppError {
  const { kind, message } = refusals[code];
  return new AppError(code, kind, message);
}
