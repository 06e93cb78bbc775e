import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { nearest } from '../text/nearest';
import { settingNames } from './settings';

export interface EnvFile {
  variables: Record<string, string>;
  /** One line for each thing in it that would not count as it is written, naming the variable and never its value. */
  faults: string[];
}

/** Reads a file of `NAME=value` lines in the way of dotenv, which says nothing of what it leaves out. */
export function readEnvFile(path: string): EnvFile {
  try {
    return parseEnvFile(readFileSync(path));
  } catch (error) {
    return { variables: {}, faults: [`.env: can't be read: ${(error as Error).message}`] };
  }
}

export function parseEnvFile(bytes: Buffer): EnvFile {
  if (bytes.includes(0)) return { variables: {}, faults: ['.env: is no text in UTF-8; save it as that'] };
  const text = bytes.toString('utf8');
  return { variables: parse(text), faults: text.split(/\r\n?|\n/).flatMap(faultOfLine) };
}

/** One line for each name that is no setting but looks like one. Other programs' variables are none of our business. */
export function misspeltNames(variables: EnvFile['variables']): string[] {
  return Object.keys(variables).flatMap((name) => {
    const near = settingNames.includes(name) ? undefined : nearest(name, settingNames, fewEdits);
    return near ? [`${name}: is in .env, but is no setting. Did you mean ${near}?`] : [];
  });
}

/** Few enough that HOME is not taken for HOST, and MAIL_URL not for APP_URL. */
const fewEdits = (length: number) => Math.min(2, length / 4);

const names = settingNames.join('|');
const assignment = new RegExp(String.raw`^\s*(?:export\s+)?(${names})\b(\s*=|:(?=\s))?(.*)$`);
const quoted = /^\s*(['"`])(?:(?!\1).)*\1\s*(#.*)?$/;

function faultOfLine(line: string): string[] {
  const [, name, sign, value = ''] = assignment.exec(line) ?? [];
  if (!name || quoted.test(value)) return [];
  if (!sign) return [`${name}: has no "=" after it in .env`];
  if (/^\s*['"`]/.test(value))
    return [`${name}: its quotes in .env don't enclose the whole value; use ', " or \`, one that is not part of it`];
  return /^[^#]*\S#/.test(`=${value}`)
    ? [
        `${name}: has a # in .env, and what follows it does not count. Put the value in quotes to keep it, or a blank before the # to make it a comment`,
      ]
    : [];
}
