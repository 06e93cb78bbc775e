import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Access } from '../../access/access.service';
import type { Principal } from '../../access/principal';
import type { Condition } from '../../access/rule';
import { defineHook } from '../../hook';

/** Something to look after: what, who or which, and where it is mended. */
export interface Matter {
  sentence: string;
  people?: { id: number; email: string; name: string; detail?: string; until?: Date }[];
  requests?: { id: number; email: string; route: string }[];
  roles?: { id: number; name: string }[];
  /** Anything else, each with the address and the route where it is mended. */
  others?: { name: string; href: string; route: string; detail?: string }[];
  /** Whether there are more than those it names. */
  isMore: boolean;
}

/** In the order in which they are told. */
const urgencies = ['at once', 'soon', 'some day'] as const;

export interface AttentionItem {
  /** Told to who meets this: may see what it is about. */
  readonly needs: Condition;
  readonly urgency: (typeof urgencies)[number];
  find(): Promise<Matter | null>;
}

export interface AttentionSource {
  readonly items: readonly AttentionItem[];
}

/** `@AsksForAttention` on a provider: the dashboard tells what of its feature needs looking after. */
export const AsksForAttention = defineHook<AttentionSource>();

/** What needs attention of all features, the most urgent first. */
@Injectable()
export class Attention {
  constructor(
    private readonly access: Access,
    private readonly discovery: DiscoveryService,
  ) {}

  async for(principal: Principal | null): Promise<Matter[]> {
    const items = AsksForAttention.partsIn(this.discovery).flatMap((source) => source.items);
    const seen = urgencies
      .flatMap((urgency) => items.filter((item) => item.urgency === urgency))
      .filter(({ needs }) => this.access.meets(needs, principal));
    const found = await Promise.all(seen.map((item) => item.find()));
    return found.filter((matter) => matter !== null);
  }
}
