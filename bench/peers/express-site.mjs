// Home and the page that changes a password, as one would write them by hand on Express 5: helmet, the same views
// and headers, and a session in memory. No database, no access rules. Prints its address once it listens.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import express from 'express';
import session from 'express-session';
import { features } from '../../dist/registered-features.js';
import { Assets } from '../../dist/web/assets.js';
import { menusOf } from '../../dist/web/menus.js';
import { securityHeaders, withHeaders } from '../../dist/web/response-policy.js';
import { viewEngine } from '../../dist/web/views.js';

const APP_NAME = 'Music Festival Organizer';
const views = join(import.meta.dirname, '../../views');
const user = { id: 1, email: 'bench0@example.org', name: 'Somebody', hasConfiguredPassword: false };
const open = {
  visitor: new Set(['GET /', 'GET /login', 'GET /register', 'POST /login', 'POST /register']),
  user: new Set(['GET /', 'GET /account', 'GET /account/password', 'POST /account/password', 'POST /logout']),
};

const app = express();
app.disable('x-powered-by');
const mayUse = (route, principal) => open[principal ? 'user' : 'visitor'].has(route);
app.engine(
  'hbs',
  viewEngine(
    { mayUse, mayUseFor: mayUse },
    { entryOf: () => undefined },
    new Assets({ isProduction: true, APP_NAME }),
    true,
  ),
);
app.set('views', views);
app.set('view engine', 'hbs');
app.set('view cache', true);
app.set('query parser', 'simple');
app.locals.appName = APP_NAME;
app.locals.layout = false;
app.locals.menus = menusOf(features);
app.use(withHeaders(securityHeaders({ isHttps: false, HSTS_SUBDOMAINS: true })));
app.use(session({ name: 'mfo', secret: 'of the bench', resave: false, saveUninitialized: false }));
app.use((request, response, next) => {
  response.locals.principal = request.session.user ?? null;
  response.locals.path = request.path;
  response.setHeader('Cache-Control', request.session.user ? 'no-store' : 'no-cache');
  response.vary('Cookie');
  next();
});
app.get('/', (_request, response) => response.render('home/index', {}));
app.get('/account/password', (request, response) => {
  if (!request.session.user) return response.redirect(303, '/login?next=%2Faccount%2Fpassword');
  response.render('account/password', { values: { form: randomUUID() }, errors: {} });
});
app.post('/login', (request, response) => {
  request.session.user = user;
  response.redirect(303, '/');
});
const server = app.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));
