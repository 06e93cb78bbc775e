import type { Mount } from '../access/mounts';
import { assetPaths } from './assets';

const everywhere = ['/'];

/** What configureApp mounts before the routes, and listens to beside them. Each is listed in access.lock with its reason. */
export const mounts = {
  requestId: { name: 'request id', at: everywhere, reason: 'gives each request a name for the log' },
  headers: { name: 'security headers', at: everywhere, reason: 'sets them for every answer' },
  requestTarget: { name: 'request target', at: everywhere, reason: 'refuses what asks for no path of one host' },
  assets: { name: 'static files', at: assetPaths, reason: 'sends the files of public/, the same to everybody' },
  compression: { name: 'compression', at: everywhere, reason: 'makes answers smaller' },
  sameOrigin: { name: 'same origin', at: everywhere, reason: 'refuses the forms of other sites' },
  https: { name: 'https', at: everywhere, reason: 'refuses to sign in where the cookie would be lost' },
  credentials: { name: 'credentials in the address', at: everywhere, reason: 'refuses a password in an address' },
  forms: { name: 'forms', at: everywhere, reason: 'reads the fields of a form, or JSON where the route takes it' },
  sessions: { name: 'sessions', at: everywhere, reason: 'reads who asks; the rules decide by it' },
  pageLocals: { name: 'page', at: everywhere, reason: 'says to the layout who asks and what they just did' },
  formFaults: { name: 'unreadable forms', at: everywhere, reason: 'refuses a form that could not be read' },
  protocolErrors: {
    name: 'protocol errors',
    at: ['clientError', 'checkExpectation'],
    reason: 'refuses what is no request, in words',
  },
  runningRequests: {
    name: 'running requests',
    at: ['connection', 'request'],
    reason: 'counts them, to end when the last is answered',
  },
} as const satisfies Record<string, Mount>;
