import { Module } from '@nestjs/common';
import { FoundThingsController } from './found-things.controller';
import { FoundThingsService } from './found-things.service';
import { NewFoundThingController } from './new-found-thing.controller';

@Module({
  providers: [FoundThingsService],
  // The router asks the first one first.
  controllers: [FoundThingsController, NewFoundThingController],
  exports: [FoundThingsService],
})
export class FoundThingsModule {}
