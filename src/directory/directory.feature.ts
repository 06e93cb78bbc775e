import { defineFeature } from '../feature';
import { DirectoryModule } from './directory.module';

/** Finding people, at a million. */
export const directory = defineFeature({
  name: 'directory',
  module: DirectoryModule,
  links: [],
});
