import { defineFeature } from '../feature';
import { accessCommands } from './access.command';
import { ExplainModule } from './explain.module';

/** Who may, and why. */
export const explain = defineFeature({
  name: 'explain',
  module: ExplainModule,
  commands: accessCommands,
  links: [],
});
