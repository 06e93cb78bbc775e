import { Program } from './support/processes';

it('npm run trip names the files and functions of src/ that run for one request', async () => {
  const { code, stdout } = await new Program('scripts/trip.mjs', ['GET', '/account'], {}).ended;
  const lines = stdout.trimEnd().split('\n');
  expect([code, lines.at(-1)]).toEqual([
    0,
    expect.stringMatching(/^GET \/account answered 200: \d+ files, \d+ functions$/),
  ]);
  expect(lines).toContainEqual(expect.stringMatching(/^src\/access\/decide\.ts: .*\bdecide\b/));
  expect(lines.slice(0, -1).filter((line) => !line.startsWith('src/'))).toEqual([]);
});
