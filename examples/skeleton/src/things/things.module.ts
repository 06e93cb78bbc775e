import { Module } from '@nestjs/common';
import { NewThingController } from './new-thing.controller';
import { ThingsController } from './things.controller';
import { ThingsService } from './things.service';

@Module({
  providers: [ThingsService],
  // The router asks the first one first.
  controllers: [ThingsController, NewThingController],
  exports: [ThingsService],
})
export class ThingsModule {}
