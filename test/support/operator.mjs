// A process that changes users, grants and roles as the operator, or records that something happened which is about
// nobody's access, when it is told to: of several orders at once, such as
// ["grants.revoke", address, role] and ["roles.delete", role], each is answered with "done" or with the name of the
// refusal. What a database that is in use for too long refuses is asked for again: on a slow machine many processes keep
// each other waiting.
import { operator } from '../../dist.unchecked/audit/actor.js';
import { AuditService } from '../../dist.unchecked/audit/audit.service.js';
import { CoreModule } from '../../dist.unchecked/core.module.js';
import { Database } from '../../dist.unchecked/database/database.js';
import { DatabaseUnavailable } from '../../dist.unchecked/database/errors.js';
import { Changes } from '../../dist.unchecked/preview/changes.service.js';
import { RolesService } from '../../dist.unchecked/roles/roles.service.js';
import { UserGrants } from '../../dist.unchecked/accounts/user-grants.service.js';
import { UsersService } from '../../dist.unchecked/accounts/users.service.js';
import packages from '../../dist.unchecked/packages.js';
import { Session } from '../../dist.unchecked/sessions/session.entity.js';

/** The copy that the site uses. */
const { NestFactory } = packages['@nestjs/core'];

const app = await NestFactory.createApplicationContext(CoreModule, { logger: ['error'] });
await app.get(Database).openExisting();
const services = {
  users: app.get(UsersService),
  grants: app.get(UserGrants),
  roles: app.get(RolesService),
  changes: { make },
  events: { record },
};

process.on('message', async (orders) => process.send(await Promise.all(orders.map(answerTo))));
process.on('disconnect', () => void app.close());
process.send('ready');

async function answerTo([order, ...parameters]) {
  const [method, service = 'users'] = order.split('.').reverse();
  try {
    await services[service][method](operator, ...parameters);
    return 'done';
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return answerTo([order, ...parameters]);
    return error.constructor.name;
  }
}

/** Confirmed as it is shown, by a request of this name: so it can be undone. */
async function make(operator, change, requestId) {
  const [changes, actor] = [app.get(Changes), { ...operator, requestId }];
  await changes.confirm(actor, change, (await changes.preview(actor, change)).digest);
}

/** In an ordinary transaction, which has written and read something before. */
async function record(actor, subject) {
  await app.get(Database).transaction(async (manager) => {
    await manager.delete(Session, { id: subject });
    await manager.query('SELECT * FROM audit_events, audit_head');
    await app.get(AuditService).append(manager, { actor, action: 'user.end-sessions', subject });
  });
}
