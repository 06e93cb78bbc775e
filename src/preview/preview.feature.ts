import { defineFeature } from '../feature';
import { PreviewModule } from './preview.module';

/** What a change would do, before it is made. */
export const preview = defineFeature({
  name: 'preview',
  module: PreviewModule,
  links: [],
});
