// A process that runs commands of the command line one after the other, each with its own environment, words and standard
// input, and answers with what it wrote and its exit code. The modules are loaded once; everything else is made anew.
import { Readable } from 'node:stream';
import 'reflect-metadata';
import { runCommand } from '../../dist.unchecked/run-command.js';

const own = { ...process.env };
let written;
for (const name of ['stdout', 'stderr'])
  process[name].write = (text) => {
    written[name] += text;
    return true;
  };

process.on('message', async ({ environment, words, input }) => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, own, environment);
  process.argv.splice(2, Infinity, ...words);
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(input)]), configurable: true });
  process.exitCode = undefined;
  written = { stdout: '', stderr: '' };
  await runCommand();
  process.send({ code: process.exitCode ?? 0, ...written });
  process.exitCode = undefined;
});
process.on('disconnect', () => process.exit());
process.send('ready');
