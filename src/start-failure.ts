import { AccessFaults } from './access/access-map';
import { SettingsFaults } from './config/settings';
import { DatabaseBehind, DatabaseBusy, DatabaseUnreachable } from './database/errors';
import { SessionNotKept } from './database/server-session';

const explained = [SettingsFaults, AccessFaults, DatabaseBehind, DatabaseBusy, DatabaseUnreachable, SessionNotKept];

/** Why the program did not start, as the person reads it who can mend it: a line for each fault, a trace only for ours. */
export function explainStartFailure(error: unknown): string {
  if (explained.some((kind) => error instanceof kind)) return (error as Error).message;
  if (error instanceof Error && Reflect.get(error, 'syscall') === 'listen')
    return `The site can't listen: ${error.message}. Is it running already? HOST and PORT say where.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
