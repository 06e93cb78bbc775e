const base = require('./jest.config');

/** @type {import('jest').Config} */
module.exports = { ...base, roots: ['<rootDir>/test/long'], testPathIgnorePatterns: [], testTimeout: 1_800_000 };
