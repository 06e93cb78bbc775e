// Imported first: tells at the end of the process which files it has loaded, in the file that TELL_LOADED names.
import { writeFileSync } from 'node:fs';
import { Module } from 'node:module';

process.on('exit', () => writeFileSync(process.env.TELL_LOADED, JSON.stringify(Object.keys(Module._cache))));
