import { defineFeature } from '../feature';
import type * as Pages from './home.module';

/** The first page. */
export const home = defineFeature({
  name: 'home',
  pages: () => (require('./home.module') as typeof Pages).HomeModule,
  // The name of the site leads here.
  links: [],
});
