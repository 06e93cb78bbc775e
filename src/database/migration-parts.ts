/**
 * Which part of the program a migration belongs to, by its name: `entries/AddEntries1767916800000` to the feature
 * `entries`, one without a slash to the ground of the house.
 */
function partOf(migration: string): string {
  const [part, rest] = migration.split('/');
  return rest === undefined ? '' : part!;
}

/** What a database has that this program does not know: of parts that it has, so that it is older, and of others, which left. */
export function unknownMigrations(applied: readonly string[], known: readonly string[]) {
  const parts = new Set(['', ...known.map(partOf)]);
  const unknown = applied.filter((name) => !known.includes(name));
  return {
    ofKnownParts: unknown.filter((name) => parts.has(partOf(name))),
    ofOthers: unknown.filter((name) => !parts.has(partOf(name))),
  };
}
