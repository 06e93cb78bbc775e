import { randomBytes } from 'node:crypto';
import { Logger, type INestApplication } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import session, { type SessionData } from 'express-session';
import onHeaders from 'on-headers';
import passport from 'passport';
import { SignInFirst } from '../access/access-errors';
import { originOf } from '../access/origin';
import { settings, type Settings } from '../config/settings';
import type { AuthenticatedUser } from './authenticated-user';
import { browserHash, newBrowserNumber } from './browser-cookie';
import { cookieName, cookieOptions } from './session-cookie';
import { hashOf, SessionNotOpened, SessionStore, type FlashLink } from './session-store';
import type { SessionRenewal } from './sessions.service';

declare module 'express-serve-static-core' {
  interface Request {
    /** The number of the browser in which somebody has just signed in. */
    knownBrowser?: string;
  }
}

const logger = new Logger('Session');

/** Opens the session a request names and puts the principal on the request. */
export function sessions(app: INestApplication): RequestHandler {
  const config = app.get<Settings>(settings.KEY);
  const name = cookieName(config);
  const store = app.get(SessionStore);
  const open = session({
    name,
    secret: config.SESSION_SECRET,
    store,
    cookie: cookieOptions(config),
    resave: false,
    saveUninitialized: false,
  });
  return (request, response, next) => {
    // A visitor who only looks names no session and is given none.
    if (isLooking(request) && !request.headers.cookie?.includes(`${name}=`)) {
      noteUnkeptCookie(store, request, response);
      return next();
    }
    // Called in the order of the last first: the cookie of the session is sent before this one.
    onHeaders(response, () => request.knownBrowser && store.browsers.keep(response, request.knownBrowser));
    open(request, response, (error?: unknown) => {
      if (error) next(error);
      else if (isLooking(request)) identify(request, request.session.passport?.user, next);
      else signInOrOut(request, response, next);
    });
  };
}

/** Looked up when a page is rendered, so that a redirect on the way leaves it for the page after. */
function noteUnkeptCookie({ unused }: SessionStore, request: Request, response: Response): void {
  if (unused.isEmpty) return;
  Object.defineProperty(response.locals, 'cookieNotKept', {
    enumerable: true,
    get: () => unused.take(originOf(request)),
  });
}

/** Passport's whole machinery: who is it, and the means to sign in and out. */
const signInOrOut = passport.session() as RequestHandler;

/** Who is it, and no more: a page that is only looked at signs nobody in or out. */
function identify(request: Request, identity: SessionData['passport']['user'] | undefined, next: NextFunction): void {
  if (!identity) return next();
  passport.deserializeUser(identity, request as never, (error: unknown, user?: Express.User | false | null) => {
    if (user) request.user = user;
    next(error);
  });
}

/** Finds out anew who asks: where a request took long, their session, or what they hold, may have ended meanwhile. */
export async function identifyAgain(request: Request): Promise<void> {
  const { sessionStore, sessionID } = request;
  const session = await new Promise<SessionData | null | undefined>((resolve, reject) =>
    sessionStore.get(sessionID, (error, found) => (error ? reject(error as Error) : resolve(found))),
  );
  delete request.user;
  await new Promise<void>((resolve, reject) =>
    identify(request, session?.passport?.user, (error) => (error ? reject(error as Error) : resolve())),
  );
}

function isLooking({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Signs an authenticated user in, under a new session id, in a browser that is known from then on. @throws SessionNotOpened */
export async function logIn(request: Request, user: AuthenticatedUser): Promise<void> {
  const { browsers } = request.sessionStore as unknown as SessionStore;
  const browser = browsers.numberIn(request) ?? newBrowserNumber();
  try {
    await new Promise<void>((resolve, reject) =>
      request.logIn({ ...user, browser: browserHash(browser) }, (error) =>
        error ? reject(error as Error) : resolve(),
      ),
    );
    request.knownBrowser = browser;
  } catch (error) {
    // Or the end of the answer would try to store it again.
    delete (request.session as Partial<SessionData>).passport;
    throw error;
  }
}

/**
 * The session goes on under a new id, so that a copy of its cookie opens nothing any more. One that was ended meanwhile
 * stays ended.
 *
 * @param move moves its row, in one transaction with what it is renewed for; where it throws or answers no, the id stays
 * @returns what `move` did
 */
export async function renewSession<Moved>(
  request: Request,
  move: (renewal: SessionRenewal) => Promise<Moved>,
): Promise<Moved> {
  const id = randomBytes(24).toString('base64url');
  const moved = await move({ from: hashOf(request.sessionID), to: hashOf(id) });
  if (moved === false) return moved;
  const session = { ...request.session } as SessionData;
  request.sessionID = id;
  request.sessionStore.createSession(request, session);
  return moved;
}

/**
 * Signs in once more somebody whose session was renewed meanwhile by the same form, as at a double click: the answer to that
 * one may never reach the browser. The new session stands and falls with the renewed one.
 *
 * @throws SignInFirst where that one has ended too
 */
export async function goOnIn(request: Request, user: { id: number; verifiedHash: string }): Promise<void> {
  const { cookie, createdAt: goesOnFrom = 0 } = request.session;
  try {
    await logIn(request, { ...user, remember: Boolean(cookie.maxAge), origin: originOf(request), goesOnFrom });
  } catch (error) {
    throw error instanceof SessionNotOpened ? new SignInFirst() : error;
  }
}

/**
 * Takes the session from the request, and its cookie from the browser.
 *
 * @param end ends its row
 */
export async function logOut(
  request: Request,
  response: Response,
  config: Settings,
  end: (session: { id: string; createdAt: number }) => Promise<void>,
): Promise<void> {
  await end({ id: hashOf(request.sessionID), createdAt: request.session.createdAt ?? 0 });
  delete (request as Partial<Request>).session;
  response.clearCookie(cookieName(config), cookieOptions(config));
}

/** In characters, so that sessions stay small. */
const LONGEST_FLASH_MESSAGE = 2000;

/**
 * Shows a sentence on the next page, and a link beside it. It is stored before the answer is sent, since the browser could be faster. By now
 * the action is done: if the message can't be stored, that is logged, and the page comes without it.
 */
export async function setFlashMessage(request: Request, message: string, link?: FlashLink): Promise<void> {
  const characters = [...message];
  request.session.message =
    characters.length > LONGEST_FLASH_MESSAGE ? `${characters.slice(0, LONGEST_FLASH_MESSAGE - 1).join('')}…` : message;
  if (link) request.session.link = link;
  else delete (request.session as Partial<SessionData>).link;
  await new Promise<void>((resolve) =>
    request.session.save((error: unknown) => {
      if (error)
        logger.error({
          event: 'message not stored',
          requestId: request.requestId,
          error: error instanceof Error ? error.stack : undefined,
        });
      resolve();
    }),
  );
}
