import { Module } from '@nestjs/common';
import { RefusedChanges } from './refused-changes';
import { RolesService } from './roles.service';

@Module({ providers: [RefusedChanges, RolesService], exports: [RolesService] })
export class RolesModule {}
