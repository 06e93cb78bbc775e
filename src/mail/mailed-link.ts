import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { settings, type Settings } from '../config/settings';
import { defineHook } from '../hook';
import { idIn, linkKeys, tokenOf } from './link-token';
import type { LinkKind } from './mail-names';

/** A kind of links that are mailed. */
export interface MailedLink {
  readonly kind: LinkKind;
  /** What stands before the token in its address, like "/welcome". */
  readonly path: string;
  /** Those of these ids whose links can still be used, each with its end. */
  endsOf(ids: readonly string[]): Promise<ReadonlyMap<string, Date>>;
}

/** `@LinkedInMail` on a provider: mails carry links of its kind. One that has ended is not sent any more. */
export const LinkedInMail = defineHook<MailedLink>();

/**
 * Tokens of links: each is the id of a row, and the proof that this site has written it for a link of this kind. So the
 * database holds no token, and they can be made again whenever a mail is.
 */
@Injectable()
export class LinkTokens {
  private readonly keys = new Map<LinkKind, Buffer[]>();

  constructor(@Inject(settings.KEY) private readonly settings: Settings) {}

  tokenOf(kind: LinkKind, id: string): string {
    return tokenOf(this.keysOf(kind), id);
  }

  /** The id in a token that this site has written for a link of this kind; null for any other text. */
  idIn(kind: LinkKind, token: string): string | null {
    return idIn(this.keysOf(kind), token);
  }

  private keysOf(kind: LinkKind): Buffer[] {
    const keys = this.keys.get(kind) ?? linkKeys(this.settings.SESSION_SECRET, kind);
    this.keys.set(kind, keys);
    return keys;
  }
}

/** What mails link to: whether it still stands, and its address. */
@Injectable()
export class MailedLinks {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly tokens: LinkTokens,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  /** Those of these links that can still be used, by their ids. A kind that no feature has any more has none. */
  async endsOf(kind: string, ids: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    return (await this.partOf(kind)?.endsOf(ids)) ?? new Map<string, Date>();
  }

  /** With a live token in it. */
  addressOf(kind: string, id: string): string {
    const part = this.partOf(kind);
    if (!part) throw new Error(`No feature has links of the kind ${kind}.`);
    return `${this.settings.APP_URL}${part.path}/${this.tokens.tokenOf(part.kind, id)}`;
  }

  private partOf(kind: string): MailedLink | undefined {
    return LinkedInMail.partsIn(this.discovery).find((part) => part.kind === kind);
  }
}
