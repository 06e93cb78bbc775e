import { Inject, Injectable } from '@nestjs/common';
import type { CookieOptions, Request, Response } from 'express';
import { Clock } from '../config/clock';
import { derivedKeys, isSigned, signatureOf } from '../config/derived-keys';
import { settings, type Settings } from '../config/settings';
import { cookieNamed, cookieOptions, valueOfCookie } from './session-cookie';

/** What each kind of flow remembers between its pages; the file of a flow adds its own. */
export interface FlowsOfFeatures {}

export type FlowKind = keyof FlowsOfFeatures;

interface Sealed {
  kind: string;
  payload: unknown;
  expiresAt: number;
}

const HOUR = 60 * 60_000;
/** Browsers drop a cookie of more than 4096 bytes with its name and attributes. */
const MOST_CHARACTERS = 3500;

/**
 * The state of a flow on its way from page to page, in a signed cookie: the browser can read what it holds and change
 * nothing of it. There is one, so a flow that begins ends the one before. It opens nothing by itself, and can be sent
 * again until it expires: what happens once must be guarded in the database.
 */
@Injectable()
export class FlowCookie {
  private readonly keys: Buffer[];
  private readonly name: string;
  private readonly options: CookieOptions;

  constructor(
    private readonly clock: Clock,
    @Inject(settings.KEY) settings: Settings,
  ) {
    this.keys = derivedKeys(settings.SESSION_SECRET, 'flow cookie');
    this.name = cookieNamed('mfo-flow', settings);
    // The prefix __Host- allows no other path than "/".
    this.options = cookieOptions(settings);
  }

  /** Lasts until then, and an hour at most. */
  seal<Kind extends FlowKind>(response: Response, kind: Kind, payload: FlowsOfFeatures[Kind], expiresAt: Date): void {
    const now = this.clock.now().getTime();
    const until = Math.min(expiresAt.getTime(), now + HOUR);
    const text = Buffer.from(JSON.stringify({ kind, payload, expiresAt: until } satisfies Sealed)).toString(
      'base64url',
    );
    if (text.length > MOST_CHARACTERS)
      throw new Error(`A flow of the kind ${kind} remembers more than a cookie holds.`);
    response.cookie(this.name, `${text}.${signatureOf(this.keys, text)}`, { ...this.options, maxAge: until - now });
  }

  /** What a flow of this kind remembers; null where there is none, or another one, or it has expired. */
  open<Kind extends FlowKind>(request: Request, kind: Kind): FlowsOfFeatures[Kind] | null {
    const [text = '', signature = ''] = valueOfCookie(request, this.name).split('.');
    if (!isSigned(this.keys, text, signature)) return null;
    const sealed = JSON.parse(Buffer.from(text, 'base64url').toString()) as Sealed;
    if (sealed.kind !== kind || sealed.expiresAt <= this.clock.now().getTime()) return null;
    return sealed.payload as FlowsOfFeatures[Kind];
  }

  clear(response: Response): void {
    response.clearCookie(this.name, this.options);
  }
}
