import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import pLimit from 'p-limit';
import { Access } from '../../access/access.service';
import type { Principal } from '../../access/principal';
import type { Condition } from '../../access/rule';
import { defineHook } from '../../hook';

/** Something that needs attention: what, about whom or what, and where to deal with it. */
export interface AttentionItem {
  sentence: string;
  people?: { id: number; email: string; name: string; detail?: string; until?: Date }[];
  requests?: { id: number; email: string; name: string; route: string }[];
  roles?: { id: number; name: string }[];
  /** Anything else, each with the address and the route of the page to deal with it. */
  others?: { name: string; href: string; route: string; detail?: string }[];
  /** Whether there are more than it names. */
  isMore: boolean;
  /** The page that lists all of them, where there is one. */
  all?: { name: string; href: string; route: string };
}

/** In the order in which they are shown. */
const urgencies = ['at once', 'soon', 'some day'] as const;

export interface AttentionCheck {
  /** Shown only to people who meet this: they may see what it is about. */
  readonly needs: Condition;
  readonly urgency: (typeof urgencies)[number];
  find(): Promise<AttentionItem | null>;
}

export interface AttentionSource {
  readonly checks: readonly AttentionCheck[];
}

/** So many checks run at once: all together would take every connection of the process from everybody else. */
const AT_ONCE = 3;

/** `@AsksForAttention` on a provider: the dashboard shows what in its feature needs attention. */
export const AsksForAttention = defineHook<AttentionSource>();

/** What needs attention, from all features, the most urgent first. */
@Injectable()
export class Attention {
  constructor(
    private readonly access: Access,
    private readonly discovery: DiscoveryService,
  ) {}

  async for(principal: Principal | null): Promise<AttentionItem[]> {
    const items = AsksForAttention.partsIn(this.discovery).flatMap((source) => source.checks);
    const seen = urgencies
      .flatMap((urgency) => items.filter((item) => item.urgency === urgency))
      .filter(({ needs }) => this.access.meets(needs, principal));
    const found = await pLimit(AT_ONCE).map(seen, (item) => item.find());
    return found.filter((item) => item !== null);
  }
}
