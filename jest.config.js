const esmOnly = [
  ...['@nestjs', '@noble', '@otplib', '@scure', 'p-limit', 'yocto-queue'],
  ...['@borewit', '@tokenizer', 'file-type', 'strtok3', 'token-types', 'uint8array-extras'],
];
const isMysql = process.env.TEST_DATABASE === 'mysql';

/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  testEnvironment: '<rootDir>/test/support/quiet-environment.mjs',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testRegex: '\\.(spec|e2e-spec)\\.ts$',
  // What is about servers of databases starts them: `npm test` needs none.
  testPathIgnorePatterns: ['/test/browser/', '/test/long/', ...(isMysql ? [] : ['/test/server/'])],
  moduleFileExtensions: ['js', 'json', 'ts'],
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  // What only `import` may load, as its package says; Jest asks as `require` does.
  moduleNameMapper: { '^file-type$': '<rootDir>/node_modules/file-type/index.js' },
  transform: { '^.+\\.(t|j)s$': '@swc/jest' },
  globalSetup: '<rootDir>/test/support/build.ts',
  reporters: ['default', '<rootDir>/test/support/slowest-specs.mjs'],
  testTimeout: 180_000,
  // On two cores Jest would leave one of them idle.
  maxWorkers: 2,
};
