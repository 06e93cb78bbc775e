import { Controller, Get, Query, Render } from '@nestjs/common';
import { Access } from '../access/access.service';
import { Area, Authenticated, CurrentUser, permissions, Title } from '../access/decorators';
import type { Principal } from '../access/principal';
import { entriesForm } from './entries.form';
import { EntriesService } from './entries.service';

const PAGE = 50;

@Controller('entries')
@Area('Entries')
@Authenticated()
export class EntriesController {
  constructor(
    private readonly entries: EntriesService,
    private readonly access: Access,
  ) {}

  /** Everybody's, or one's own. */
  @Get()
  @Title('See entries')
  @Render('entries/index')
  async index(
    @Query(entriesForm) { before }: ReturnType<typeof entriesForm.transform>,
    @CurrentUser() user: Principal,
  ) {
    const seesAll = this.access.meets(permissions('entries-read'), user);
    const entries = await this.entries.page(PAGE, {
      ...(seesAll ? {} : { senderId: user.id }),
      ...(before === undefined ? {} : { before }),
    });
    return { entries, seesAll, next: entries.length === PAGE ? entries.at(-1)?.id : undefined };
  }
}
