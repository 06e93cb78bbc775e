import tseslint from 'typescript-eslint';

/** The rooms of src/, each of which stands on the ones before it. */
const rooms = [
  ...['text', 'config', 'database', 'command-line', 'audit', 'access', 'forms'],
  ...[
    'users',
    'mail',
    'notices',
    'roles',
    'accounts',
    'sessions',
    'credentials',
    'factors',
    'preview',
    'requests',
    'directory',
    'explain',
    'operator',
  ],
  ...['auth', 'web', 'seed', 'home', 'account', 'admin'],
];

/** What outside of src/database nobody reaches the data by: `Database` is the way. */
const behindDatabase = [
  { name: 'better-sqlite3', message: 'Only src/database opens a database.' },
  { name: 'mysql2', message: 'Only src/database opens a database.' },
  { name: 'mysql2/promise', message: 'Only src/database opens a database.' },
  {
    name: 'typeorm',
    importNames: ['DataSource', 'getMetadataArgsStorage'],
    message: 'Ask Database, which says whether the code reads or is a part of a transaction.',
  },
  {
    name: '@nestjs/typeorm',
    message: 'Ask Database, which says whether the code reads or is a part of a transaction.',
  },
];

const writtenPastEntities = {
  selector:
    ':matches(Literal[value=/\\b(INSERT (IGNORE )?INTO|REPLACE INTO|UPDATE \\w+ SET|DELETE FROM|TRUNCATE)\\b/], TemplateElement[value.raw=/\\b(INSERT (IGNORE )?INTO|REPLACE INTO|UPDATE \\w+ SET|DELETE FROM|TRUNCATE)\\b/])',
  message: 'Write by an entity of the manager, so that it is known who writes what.',
};

/** What somebody may do, and the record of it, is written by the rooms that check, lock and record each change. */
const writtenByTheirRooms = {
  selector:
    'CallExpression[callee.property.name=/^(insert|update|upsert|delete|save|remove|increment|decrement|clear)$/][arguments.0.name=/^(User|UserWord|Grant|Role|RoleKey|RolePermission|SeededRole|Permission|AuditEvent|SignInEvent|AccessState)$/]',
  message: 'Ask the service of users, roles or audit to do it: it checks, locks and records.',
};

export default tseslint.config(
  { ignores: ['dist/', 'dist.*/', 'node_modules/', 'coverage/', 'data/', 'examples/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ['*.js', '*.mjs', 'scripts/*.mjs', 'test/support/*.mjs', 'bench/*.mjs', 'bench/*.js'],
          maximumDefaultProjectFileMatchCount_THIS_WILL_SLOW_DOWN_LINTING: 30,
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
      // A feature adds its names to those of all, an interface that is empty without features.
      '@typescript-eslint/no-empty-object-type': [
        'error',
        { allowInterfaces: 'with-single-extends', allowWithName: 'OfFeatures$' },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/database/**', 'src/feature.ts', 'src/**/migrations/*.ts', 'src/**/*.spec.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: behindDatabase }],
      'no-restricted-syntax': ['error', writtenPastEntities, writtenByTheirRooms],
    },
  },
  ...rooms.map((room, i) => ({
    files: [`src/${room}/**/*.ts`],
    ignores: ['src/**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: room === 'database' ? [] : behindDatabase,
          patterns: rooms.slice(i + 1).map((above) => ({
            group: [`../${above}/*`, `../../${above}/*`, `../../${above}/**`],
            message: `${room} stands below ${above}: turn the arrow round, by a hook or by moving what both need.`,
          })),
        },
      ],
    },
  })),
  {
    files: ['src/{audit,roles,users,accounts,sessions,credentials,factors,requests}/**/*.ts'],
    ignores: ['src/**/migrations/*.ts'],
    rules: { 'no-restricted-syntax': ['error', writtenPastEntities] },
  },
  {
    files: ['test/**/*.ts', 'src/**/*.spec.ts'],
    rules: {
      // Type tests say what must not compile, each with its reason.
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
    },
  },
  {
    files: ['src/**/*.feature.ts'],
    // A command starts without the pages.
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-console': 'off', '@typescript-eslint/no-require-imports': 'off' },
  },
);
