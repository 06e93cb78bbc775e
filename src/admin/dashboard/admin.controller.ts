import { Controller, Get, Render } from '@nestjs/common';
import { Access } from '../../access/access.service';
import { AnyOf, Area, CurrentUser, Keywords, permissions, roles } from '../../access/decorators';
import type { Principal } from '../../access/principal';
import { AuditLog } from '../../audit/audit-log.service';
import { DailyFigures } from '../../audit/daily-figures';
import { AllUsers } from '../../directory/all-users.service';
import { UserNames } from '../../users/user-names.service';
import { eventViewsOf } from '../audit/event-view';
import { Attention } from './attention';
import { charts, drawn, tabulated } from './charts';

const NEWEST = 5;
const LATEST = 8;
const DAYS = 30;

@Controller('admin')
@Area('Administration', 'Open the administration area')
@Keywords('overview, dashboard, attention, figures')
@AnyOf(roles('Admin'), permissions('admin-read', 'admin-write'))
export class AdminController {
  constructor(
    private readonly access: Access,
    private readonly attention: Attention,
    private readonly days: DailyFigures,
    private readonly log: AuditLog,
    private readonly users: AllUsers,
    private readonly names: UserNames,
  ) {}

  @Get()
  @Render('admin/index')
  async index(@CurrentUser() principal: Principal) {
    const may = (permission: Parameters<typeof permissions>[0]) =>
      this.access.meets(permissions(permission), principal);
    const maySeePeople = may('users-read');
    const attention = await this.attention.for(principal);
    return {
      isForAttention: attention.length > 0 || maySeePeople || may('roles-read'),
      attention,
      figures: await this.figures(principal),
      latest: may('audit-read')
        ? await eventViewsOf(await this.log.page({}, LATEST), maySeePeople ? this.names : null)
        : null,
      people: maySeePeople ? await this.people() : null,
    };
  }

  private async figures(principal: Principal | null) {
    const seen = charts.filter(({ needs }) => this.access.meets(permissions(needs), principal));
    if (seen.length === 0) return null;
    const days = await this.days.lastDays(DAYS);
    return { days: DAYS, charts: seen.map((chart) => drawn(chart, days)), table: tabulated(seen, days) };
  }

  private async people() {
    const { people, activePeople } = await this.users.figures();
    const newest = await this.users.newest(NEWEST);
    return {
      count: people,
      active: activePeople,
      newest: newest.map(({ id, email, name, active, createdAt }) => ({ id, email, name, active, createdAt })),
    };
  }
}
