// The counterpart: home and account page as one would write them by hand on Express 5, with helmet, the same views and
// headers, and a session in memory. No database, no access rules. Prints its address once it listens.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import express from 'express';
import session from 'express-session';
import hbs from 'hbs';
import { securityHeaders } from '../dist/web/security-headers.js';

const root = join(import.meta.dirname, '..');
const views = join(root, 'views');
const folders = {
  '/assets/pico/': join(root, 'node_modules/@picocss/pico/css/'),
  '/assets/': join(root, 'public/'),
};
const user = { id: 1, email: 'bench0@example.org', name: 'Somebody', hasConfiguredPassword: false };
const account = {
  roles: [{ role: 'User', until: null }],
  permissions: [
    { name: 'user-read', meaning: 'See your own account' },
    { name: 'user-write', meaning: 'Change your own account' },
  ],
};
const open = {
  visitor: new Set(['GET /', 'GET /login', 'GET /register', 'POST /login', 'POST /register']),
  user: new Set(['GET /', 'GET /account', 'GET /account/password', 'POST /account/password', 'POST /logout']),
};

const app = express();
app.disable('x-powered-by');
app.engine('hbs', handlebars().__express);
app.set('views', views);
app.set('view engine', 'hbs');
app.set('view cache', true);
app.set('query parser', 'simple');
app.locals.appName = 'Music Festival Organizer';
app.locals.layout = false;
app.use(securityHeaders({ isHttps: false }));
app.use(session({ name: 'mfo', secret: 'of the bench', resave: false, saveUninitialized: false }));
app.use((request, response, next) => {
  response.locals.principal = request.session.user ?? null;
  response.locals.path = request.path;
  response.setHeader('Cache-Control', request.session.user ? 'no-store' : 'no-cache');
  response.vary('Cookie');
  next();
});
app.get('/', (_request, response) => response.render('home/index', {}));
app.get('/account', (request, response) => {
  if (!request.session.user) return response.redirect(303, '/login?next=%2Faccount');
  response.render('account/index', account);
});
app.post('/login', (request, response) => {
  request.session.user = user;
  response.redirect(303, '/');
});
const server = app.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));

function handlebars() {
  const engine = hbs.create();
  const assets = new Map();
  engine.registerHelper('may', function (route, options) {
    const mayUse = open[options.data.root.principal ? 'user' : 'visitor'].has(route);
    return mayUse ? options.fn(this) : options.inverse(this);
  });
  engine.registerHelper('asset', (path) => {
    if (!assets.has(path)) assets.set(path, `${path}?v=${digestOf(path)}`);
    return assets.get(path);
  });
  engine.registerHelper('or', (one, other) => one || other);
  engine.registerHelper('is', (one, other) => one === other);
  for (const file of readdirSync(views, { recursive: true }).filter((name) => name.endsWith('.hbs'))) {
    engine.registerPartial(file.replace(/\.hbs$/, ''), readFileSync(join(views, file), 'utf8'));
  }
  return engine;
}

function digestOf(path) {
  const prefix = Object.keys(folders).find((start) => path.startsWith(start));
  const content = readFileSync(join(folders[prefix], path.slice(prefix.length)));
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}
