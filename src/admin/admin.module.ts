import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { CredentialsModule } from '../credentials/credentials.module';
import { DirectoryModule } from '../directory/directory.module';
import { ExplainModule } from '../explain/explain.module';
import { FactorsModule } from '../factors/factors.module';
import { MailModule } from '../mail/mail.module';
import { PreviewModule } from '../preview/preview.module';
import { RequestsModule } from '../requests/requests.module';
import { RolesModule } from '../roles/roles.module';
import { SessionsModule } from '../sessions/sessions.module';
import { UsersModule } from '../users/users.module';
import { AccessController } from './access/access.controller';
import { AccessRemedies } from './access/access-remedies.service';
import { WhyController } from './access/why.controller';
import { SignInActivityController } from './activity/activity.controller';
import { AuditController } from './audit/audit.controller';
import { PersonFilter } from './audit/person-filter.service';
import { AdminController } from './dashboard/admin.controller';
import { Attention } from './dashboard/attention';
import { AttentionQueries } from './dashboard/attention-queries.service';
import { PeopleAttention } from './dashboard/people-attention';
import { MailAttention } from './mail/mail-attention';
import { MailController } from './mail/mail.controller';
import { NewUserController } from './people/new-user.controller';
import { PasswordLinkController } from './people/password-link.controller';
import { PeopleSearch } from './people/people-search.service';
import { PersonAttention } from './people/person-attention.service';
import { PersonFinder } from './people/person-finder.service';
import { PersonSections } from './people/person-sections';
import { RoleChoices } from './people/role-choices.service';
import { RoleOffers } from './people/role-offers.service';
import { UserChangesController } from './people/user-changes.controller';
import { UserFactorsController } from './people/user-factors.controller';
import { UserFactorsSection } from './people/user-factors.section';
import { UserSessionsController } from './people/user-sessions.controller';
import { UserProfileController } from './people/user-profile.controller';
import { UserController } from './people/user.controller';
import { UsersController } from './people/users.controller';
import { RequestsController } from './requests/requests.controller';
import { NewRoleController } from './roles/new-role.controller';
import { PermissionsController } from './roles/permissions.controller';
import { RoleChangesController } from './roles/role-changes.controller';
import { RoleOpenings } from './roles/role-openings.service';
import { RolesController } from './roles/roles.controller';
import { SearchController } from './search/search.controller';
import { UndoPages } from './undo/undo-pages.service';

@Module({
  imports: [
    AccountsModule,
    CredentialsModule,
    DirectoryModule,
    ExplainModule,
    FactorsModule,
    MailModule,
    PreviewModule,
    RequestsModule,
    RolesModule,
    SessionsModule,
    UsersModule,
  ],
  providers: [
    AccessRemedies,
    Attention,
    AttentionQueries,
    MailAttention,
    PeopleAttention,
    PeopleSearch,
    PersonAttention,
    PersonFilter,
    PersonFinder,
    PersonSections,
    RoleChoices,
    RoleOffers,
    RoleOpenings,
    UndoPages,
    UserFactorsSection,
  ],
  // The router asks the first one first: an address of words stands before one with a number in the same place.
  controllers: [
    AdminController,
    AccessController,
    WhyController,
    SignInActivityController,
    AuditController,
    MailController,
    PermissionsController,
    NewRoleController,
    RequestsController,
    RoleChangesController,
    RolesController,
    SearchController,
    NewUserController,
    UserChangesController,
    UsersController,
    UserController,
    PasswordLinkController,
    UserFactorsController,
    UserProfileController,
    UserSessionsController,
  ],
})
export class AdminModule {}
