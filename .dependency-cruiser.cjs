/**
 * Who may import whom. The table in CONTRIBUTING.md says it in words; `npm run boundaries` holds it, and
 * `npm run boundaries:plant` breaks every rule here once and demands that this very rule reports it.
 * Keep the regular expressions flat: dependency-cruiser refuses nested quantifiers.
 */
const { HOMES, ROOMS, TEST_LIBRARIES, TESTS, TOOLS } = require('./tools/boundaries/rooms.cjs');

const library = (name) => `node_modules/${name}/`;
const inWords = (path) => path.replaceAll('[^/]+', '*').replace(/[\\^$]/g, '');
const rule = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const roomRules = Object.entries(ROOMS).map(([room, may]) =>
  rule(
    `room-${room}`,
    `shared/${room} may enter ${may.length === 0 ? 'no other room' : may.join(', ')} and nothing else of ours.`,
    { path: `^libs/shared/src/${room}/`, pathNot: TESTS },
    { path: '^libs/shared/src/', pathNot: [room, ...may].map((name) => `^libs/shared/src/${name}/`) },
  ),
);

const libraryRules = Object.entries(HOMES).map(([name, homes]) =>
  rule(
    `home-of-${name}`,
    `One third-party library, one room: ${name} is imported in ${homes.map(inWords).join(', ')} only.`,
    { pathNot: [...homes, ...TESTS, ...TOOLS, '^libs/shared/src/testing/'] },
    { path: library(name) },
  ),
);

module.exports = {
  forbidden: [
    ...roomRules,
    ...libraryRules,
    rule(
      'room-without-node',
      'contracts, kernel and ledger run in any JavaScript engine: no Node API.',
      { path: '^libs/shared/src/(contracts|kernel|ledger)/', pathNot: TESTS },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'room-without-io',
      'crypto is pure: of Node it may use node:crypto only.',
      { path: '^libs/shared/src/crypto/', pathNot: TESTS },
      { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    ),
    rule(
      'ledger-is-portable',
      'The auditor and the browser verify the ledger with the same code: of crypto it takes the portable half only.',
      { path: '^libs/shared/src/ledger/', pathNot: TESTS },
      { path: '^libs/shared/src/crypto/', pathNot: '^libs/shared/src/crypto/portable\\.ts$' },
    ),
    rule(
      'through-the-door',
      'A room is entered through its index.ts: what is not exported there may change without notice.',
      { path: '^libs/shared/src/([^/]+)/', pathNot: TESTS },
      {
        path: '^libs/shared/src/',
        pathNot: [
          '^libs/shared/src/$1/',
          '^libs/shared/src/[^/]+/index\\.ts$',
          '^libs/shared/src/(crypto|http-signature)/portable\\.ts$',
          '^libs/shared/src/messaging/broker\\.ts$',
        ],
      },
    ),
    rule(
      'through-the-door-from-outside',
      'Services, the appliance, tools and e2e enter a room through its door: @countersign/shared/<room>.',
      { pathNot: '^libs/shared/' },
      {
        path: '^libs/shared/',
        pathNot: [
          '^libs/shared/src/[^/]+/index\\.ts$',
          '^libs/shared/src/(crypto|http-signature)/portable\\.ts$',
          '^libs/shared/src/messaging/broker\\.ts$',
        ],
      },
    ),
    rule(
      'shared-knows-nobody',
      'libs/shared is what services agree on; it knows none of them, nor the appliance, tools or e2e.',
      { path: '^libs/shared/src/', pathNot: TESTS },
      { path: '^(services|appliance|tools|e2e)/' },
    ),
    rule(
      'boot-in-main-only',
      'shared/boot knows nearly every room; only the main.ts of a service may pull all of that in.',
      { pathNot: [...TESTS, '^libs/shared/src/boot/', '^services/[^/]+/src/[^/]*main\\.ts$'] },
      { path: '^libs/shared/src/boot/' },
    ),
    rule(
      'testing-in-tests-only',
      'shared/testing is imported from *.spec.ts, test/ and e2e only.',
      { pathNot: [...TESTS, '^libs/shared/src/testing/'] },
      { path: '^libs/shared/src/testing/' },
    ),
    rule(
      'test-libraries-in-tests-only',
      'Test libraries are not installed where services run.',
      { pathNot: [...TESTS, ...TOOLS, '^libs/shared/src/testing/'] },
      { path: TEST_LIBRARIES.map(library) },
    ),
    rule(
      'library-without-a-home',
      'A new third-party library first gets a room: add it to HOMES in tools/boundaries/rooms.cjs, with a reason in an ADR.',
      { path: '^(libs|services|appliance)/', pathNot: TESTS },
      { path: 'node_modules/', pathNot: [...Object.keys(HOMES), ...TEST_LIBRARIES, '@types'].map(library) },
    ),
    rule(
      'service-to-service',
      'A service talks to another over NATS, never by import.',
      { path: '^services/([^/]+)/' },
      { path: '^services/', pathNot: '^services/$1/' },
    ),
    rule(
      'domain-is-pure',
      'domain/ imports its own domain, contracts, crypto, ledger, kernel and zod: no framework, no I/O, no Node API.',
      { path: '^services/([^/]+)/src/domain/', pathNot: TESTS },
      { pathNot: ['^services/$1/src/domain/', '^libs/shared/src/(contracts|crypto|kernel|ledger)/', library('zod')] },
    ),
    rule(
      'verifier-is-portable',
      "The verifier of the auditor's kit runs in Node and in a browser: domain/ and the portable rooms; only its command may use Node.",
      { path: '^services/([^/]+)/src/verifier/', pathNot: TESTS },
      {
        pathNot: [
          '^services/$1/src/(verifier|domain)/',
          '^libs/shared/src/(contracts|crypto|kernel|ledger)/',
          '^(node:)?(fs|fs/promises|path)$',
        ],
      },
    ),
    rule(
      'verifier-reads-files-in-its-command',
      'A browser has no files: only the command of the verifier reads any.',
      { path: '^services/[^/]+/src/verifier/', pathNot: ['^services/[^/]+/src/verifier/command/', ...TESTS] },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'handler-without-framework',
      'A handler is a plain function: the module binds it, a repository or a room talks to the outside.',
      { path: '\\.handler\\.ts$' },
      { path: ['@nestjs', 'typeorm', 'pg', '@nats-io', 'minio', 'fastify', '@fastify', 'rxjs'].map(library) },
    ),
    rule(
      'handler-not-to-doors',
      'A door calls its handler, never the other way round.',
      { path: '\\.handler\\.ts$' },
      { path: ['\\.(controller|consumer|module|filter|guard)\\.ts$', '^services/[^/]+/src/[^/]*main\\.ts$'] },
    ),
    rule(
      'doors-not-to-stores',
      'A controller or consumer calls its handler; only the handler knows that there is a store.',
      { path: '\\.(controller|consumer)\\.ts$' },
      { path: ['^services/[^/]+/src/persistence/', '^libs/shared/src/(persistence|vault)/'] },
    ),
    rule(
      'feature-to-feature',
      'A use case does not call another use case; what two need is a rule and belongs into domain/, or a part with its own name.',
      { path: '^services/([^/]+)/src/features/([^/]+)/', pathNot: TESTS },
      {
        path: '^services/$1/src/features/.+\\.(handler|controller|consumer)\\.ts$',
        pathNot: '^services/$1/src/features/$2/',
      },
    ),
    rule(
      'persistence-not-to-features',
      'persistence/ is called by features and knows none.',
      { path: '^services/[^/]+/src/persistence/', pathNot: TESTS },
      { path: ['^services/[^/]+/src/features/', '^services/[^/]+/src/(app\\.module|main)\\.ts$'] },
    ),
    rule(
      'composition-is-the-top',
      'main.ts and app.module.ts put things together; nobody imports them but main.ts and tests.',
      { path: '^(libs|services|appliance|tools|e2e)/', pathNot: [...TESTS, '^services/[^/]+/src/[^/]*main\\.ts$'] },
      { path: '^services/[^/]+/src/(app\\.module|main)\\.ts$' },
    ),
    rule(
      'appliance-rooms',
      'The appliance runs in a clinic: contracts, crypto, kernel, ledger and signing requests are all it shares with the server.',
      { path: '^appliance/', pathNot: TESTS },
      {
        path: '^(libs|services|tools|e2e)/',
        pathNot: '^libs/shared/src/(contracts|crypto|http-signature|kernel|ledger)/',
      },
    ),
    rule(
      'appliance-crypto-is-portable',
      "The appliance is the second opinion: it verifies with tweetnacl (shared/crypto/portable), never with the server's node:crypto.",
      { path: '^appliance/', pathNot: TESTS },
      { path: '^libs/shared/src/(crypto|http-signature)/', pathNot: '^libs/shared/src/[^/]+/portable\\.ts$' },
    ),
    rule(
      'appliance-without-libraries',
      'The appliance imports no third-party library of its own: tweetnacl comes through shared/crypto.',
      { path: '^appliance/', pathNot: TESTS },
      { path: 'node_modules/', pathNot: library('@types') },
    ),
    rule(
      'nobody-needs-the-appliance',
      'Services know appliances by their contract; only tools and e2e drive the reference appliance.',
      { path: '^(services|libs)/' },
      { path: '^appliance/' },
    ),
    rule(
      'outside-stays-outside',
      'tools and e2e use doors, HTTP, NATS and SQL; what they need of a service is missing in a door.',
      { path: '^(tools|e2e)/' },
      { path: '^services/[^/]+/src/' },
    ),
    rule(
      'tools-are-not-shipped',
      'Only tests may use the tools; what runs in production does not.',
      { path: '^(libs|services|appliance)/', pathNot: TESTS },
      { path: '^(tools|e2e)/' },
    ),
    rule(
      'no-circle',
      'Two files that import each other are one concept in two places, and in ESM one of them sees undefined.',
      {},
      { circular: true },
    ),
    rule(
      'import-resolves',
      'An import that does not resolve is a deep import past package exports, or a missing dependency.',
      {},
      { couldNotResolve: true },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules/' },
    // Anchored to our own folders: a bare /dist/ would hide packages whose entry lies in their own dist, and their rules with them.
    exclude: { path: '^(libs/shared|services/[^/]+|appliance)/dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@countersign/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.d.ts'],
      mainFields: ['module', 'main', 'types'],
    },
    skipAnalysisNotInRules: false,
    moduleSystems: ['es6', 'cjs'],
  },
};
