import { AccessFaults } from './access/access-map';
import { OtherKey } from './audit/key-mark';
import { misspeltSettings } from './config/environment';
import { SettingsFaults } from './config/settings';
import { KeyBlocksDeletion, TableMissing } from './database/entity-tables';
import {
  DatabaseAhead,
  DatabaseBehind,
  DatabaseBusy,
  DatabaseUnavailable,
  DatabaseUnreachable,
  SqliteMissing,
} from './database/errors';
import { SessionNotKept } from './database/server-session';
import { FeatureFaults } from './feature';
import { EnvFileLost, EnvFileNotWritten } from './first-start';
import { RoleNotBuiltIn } from './roles/role-errors';
import { traceOf } from './trace';

const explained = [
  AccessFaults,
  DatabaseAhead,
  DatabaseBehind,
  DatabaseBusy,
  DatabaseUnavailable,
  DatabaseUnreachable,
  EnvFileLost,
  EnvFileNotWritten,
  FeatureFaults,
  KeyBlocksDeletion,
  OtherKey,
  RoleNotBuiltIn,
  SessionNotKept,
  SqliteMissing,
  TableMissing,
];

/** Why the program did not start, as the person reads it who can mend it: a line for each fault, a trace only for ours. */
export function explainStartFailure(error: unknown): string {
  // A setting may be missing because its name is misspelt.
  if (error instanceof SettingsFaults) return [...error.faults, ...misspeltSettings()].join('\n');
  if (explained.some((kind) => error instanceof kind)) return (error as Error).message;
  if (error instanceof Error && listening.includes(String(Reflect.get(error, 'syscall'))))
    return `The site can't listen: ${error.message}. ${adviceFor(String(Reflect.get(error, 'code')))}`;
  return traceOf(error);
}

/** HOST may be a name, which is looked up first. */
const listening = ['listen', 'getaddrinfo'];

function adviceFor(code: string): string {
  if (code === 'EADDRINUSE') return 'Is it running already? HOST and PORT say where.';
  if (code === 'EACCES') return 'This account may not use that PORT; from 1024 on everybody may.';
  return 'HOST must be an address or a name of this machine: 127.0.0.1, ::1, or 0.0.0.0 for all of them.';
}
