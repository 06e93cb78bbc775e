/** Secrets that stand in public texts, this project's own example among them. */
const published = [
  'LGBoUEDCCpgwxy5jZxpu9e01MTnRVqnG6A8ceD7Z4YU',
  '307680677384259925768439955171685999662',
  'abcd1234',
  'change-me',
  'changeme',
];

export function isPublished(secret: string): boolean {
  return published.includes(secret) || /^(change|replace|example|your)[-_ ]?/i.test(secret);
}

/** Too short, or made of so few different characters that no random source wrote it. */
export function isGuessable(secret: string): boolean {
  return secret.length < 32 || new Set(secret).size < 10;
}
