import { Module } from '@nestjs/common';
import { EntriesAttention } from './entries-attention';
import { EntriesController } from './entries.controller';
import { EntriesService } from './entries.service';
import { EntryController } from './entry.controller';
import { NewEntryController } from './new-entry.controller';

@Module({
  providers: [EntriesAttention, EntriesService],
  // The router asks the first one first: "new" stands before a number in the same place.
  controllers: [EntriesController, NewEntryController, EntryController],
  // Its commands ask it too.
  exports: [EntriesService],
})
export class EntriesModule {}
