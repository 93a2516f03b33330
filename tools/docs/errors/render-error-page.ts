import { errorCatalog, type ErrorContract } from '@countersign/shared/contracts';
import { statusOfKind } from './status-of-kind.ts';

const intro = `<!-- Made by \`npm run docs\` from libs/shared/src/contracts/error-catalog.ts. Do not edit. -->

# Errors

Every failure is answered with \`application/problem+json\` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)):

\`\`\`json
{
  "type": "urn:countersign:error:GATEWAY.RATE_LIMITED",
  "title": "The site used up its requests of this kind for the window.",
  "status": 429,
  "detail": "The site may report 10 times in 300 s.",
  "instance": "/incidents",
  "error_code": "GATEWAY.RATE_LIMITED",
  "request_id": "01933a5e-7c1f-7d1a-8a56-0c5b6f2f7a10",
  "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
  "remedy": "Wait as \`Retry-After\` says. A repeat with the same idempotency key is free."
}
\`\`\`

Act on \`error_code\`: a code never changes its meaning. \`detail\` is for people. Give \`request_id\` and \`trace_id\` when you
report a fault. Answers with status 429 and 503 carry \`Retry-After\` in seconds. A validation error lists every bad field in
\`errors\` (\`field\`, \`message\`) and never repeats a value.
`;

/** The page about errors: a table, and one heading per code, so that a link to a code is stable. */
export function renderErrorPage(): string {
  const errors: [string, ErrorContract][] = Object.entries(errorCatalog);
  const statusOf = ({ kind }: ErrorContract) => String(statusOfKind[kind]);
  const table = [
    '| Code | Status | Meaning |',
    '|---|---|---|',
    ...errors.map(
      ([code, error]) => `| [\`${code}\`](#${anchorOf(code)}) | ${statusOf(error)} | ${cell(error.meaning)} |`,
    ),
  ];
  const sections = errors.map(([code, error]) =>
    [
      `## ${code}`,
      '',
      `**HTTP status:** ${statusOf(error)} (${error.kind})`,
      '',
      `**Meaning:** ${error.meaning}`,
      '',
      `**What to do:** ${error.remedy}`,
    ].join('\n'),
  );
  return `${[intro.trimEnd(), table.join('\n'), ...sections].join('\n\n')}\n`;
}

/** As code hosts make them of a heading: lower case, no full stops. */
const anchorOf = (code: string) => code.toLowerCase().replaceAll('.', '');
const cell = (text: string) => text.replaceAll('|', '\\|');
